package dev.skein.runtime.bench;

import dev.skein.compiler.Compilation;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.ModelCatalogue;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.sim.fpga.CycleMachine;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.fpga.Values;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The two halves of {@code skein simulate}, for a decode step of a shape at W4 and context 128. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class StepBenchmark {
    private static final int CONTEXT = 128;

    /** Name of the catalogue. */
    @Param("llama2-7b")
    public String model;

    private Board board;
    private ModelConfig config;
    private CycleMachine machine;

    /** Created by JMH. */
    public StepBenchmark() {}

    /** Compiles once for {@link #simulate}. */
    @Setup
    public void prepare() {
        board = Boards.load("u280");
        config = ModelCatalogue.config(model);
        machine = new CycleMachine(compile().program(Phase.DECODE), board, Values.NONE);
    }

    /** From the shape to a verified program. */
    @Benchmark
    public FpgaPlan compile() {
        var options = new Compilation.Options(QuantScheme.parse("w4"), CONTEXT,
                OptionalDouble.empty());
        return new Compilation(board, options).plan(config, Set.of(Phase.DECODE));
    }

    /** The event simulation of the step. */
    @Benchmark
    public CycleReport simulate() {
        return machine.run(CONTEXT - 1, 1);
    }
}
