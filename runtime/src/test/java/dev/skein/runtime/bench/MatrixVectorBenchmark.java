package dev.skein.runtime.bench;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.WeightBits;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.Execution;
import dev.skein.sim.functional.ExecutionMode;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
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

/** One MV of 1024 x 768 weights that lie in the buffer, on the functional machine. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatrixVectorBenchmark {
    private static final int N = 1024;
    private static final int K = 768;
    private static final int BUFFER = 2 << 20;
    private static final int SCALES = BUFFER - 4 * N;
    private static final int OUT = 1 << 16;

    /** Weight width. */
    @Param({"W8", "W4"})
    public WeightBits bits;

    /** Group code: none, or groups of 16. */
    @Param({"0", "1"})
    public int group;

    /** Vector API on one or two threads, or the scalar reference. */
    @Param({"vector1", "vector2", "scalar"})
    public String mode;

    private final long[] bases = new long[Registers.BASES];
    private final Registers registers = new Registers(0, 1, 0);
    private Execution execution;
    private Instruction matrix;

    /** Created by JMH. */
    public MatrixVectorBenchmark() {}

    /** Fills the buffers with seeded bytes, -128 left out as QUANT does. */
    @Setup
    public void fill() {
        byte[] image = new byte[BUFFER];
        var random = new SplittableRandom(1);
        for (int i = 0; i < BUFFER; i++) {
            image[i] = (byte) random.nextInt(-127, 128);
        }
        var region = new Region("weights", Memory.HBM, 0, Region.Kind.WEIGHTS, 0, 0, BUFFER);
        var program = new Program("benchmark", 1, 64, new BufferSizes(BUFFER, BUFFER, 64),
                List.of(region), List.of(List.of(new Instruction.End(Tokens.NONE))));
        execution = new Execution(ProgramVerifier.verify(program), DeviceMemory.of(
                List.of(program), _ -> MemorySegment.ofArray(image)), switch (mode) {
                    case "vector1" -> new ExecutionMode(true, 1);
                    case "vector2" -> new ExecutionMode(true, 2);
                    default -> ExecutionMode.SCALAR;
                });
        for (Space space : new Space[] {Space.ACT, Space.WGT}) {
            execution.execute(0, new Instruction.Load(Tokens.NONE, space, 0, Memory.HBM, 0, 0, 0,
                    BUFFER, Extent.fixed(1)), registers, bases);
        }
        matrix = new Instruction.MatVec(Tokens.NONE, 0, K, bits, group, true, false, false, K, 4,
                0, SCALES, OUT, 4 * N, Extent.fixed(1), Extent.fixed(N), Extent.fixed(K));
    }

    /** One instruction: 786,432 multiplications. */
    @Benchmark
    public void instruction() {
        execution.execute(0, matrix, registers, bases);
    }
}
