package dev.skein.runtime.bench;

import dev.skein.compiler.Compilation;
import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.Weights;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.OptionalDouble;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Decode steps a second on the simulated u280, over the first 64 positions, seeded weights. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecodeBenchmark {
    private static final int POSITIONS = 64;
    private static final long SEED = 1;

    /** Name of the catalogue, or a model file. */
    @Param("llama-110m")
    public String model;

    /** Weight format. */
    @Param({"w8", "w4"})
    public String weights;

    /** Values only, or values and cycles. */
    @Param({"FUNCTIONAL", "CYCLE"})
    public Timing timing;

    private Arena arena;
    private SimAccelerator device;

    /** Created by JMH. */
    public DecodeBenchmark() {}

    /** Compiles the model. */
    @Setup
    public void compile() throws IOException {
        arena = Arena.ofShared();
        Board board = Boards.load("u280");
        try (Model opened = Model.open(model)) {
            Weights values = opened.source().isPresent() ? opened.weights()
                    : new SeededWeights(opened.config(), SEED);
            var options = new Compilation.Options(QuantScheme.parse(weights), POSITIONS,
                    OptionalDouble.empty());
            Executable executable = new Compilation(board, options).compile(opened.header(),
                    PassContext.of(values), arena, Map.of(), _ -> { });
            device = new SimAccelerator(executable, board, timing);
        }
    }

    /** One token. */
    @Benchmark
    public float[] step() {
        if (device.position() == POSITIONS) {
            device.reset();
        }
        return device.step(1 + device.position()).logits();
    }

    /** Frees the weights. */
    @TearDown
    public void close() {
        device.close();
        arena.close();
    }
}
