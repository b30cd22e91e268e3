package dev.skein.sim.functional;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.NormKind;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.PackedRows;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Not a test: prints how fast this host does matrix instructions and loads. */
final class ProductBenchmark {
    private static final int K = 768;
    private static final int WGT_BYTES = 2 << 20;
    private static final int IMAGE_BYTES = 256 << 20;
    private static final int OUT = 1 << 20;

    private ProductBenchmark() {
    }

    /** Runs all cases and prints a line each. */
    public static void main(String[] args) {
        for (int threads = 1; threads <= 2; threads++) {
            var rig = new Machine(new ExecutionMode(true, threads));
            for (WeightBits bits : WeightBits.values()) {
                for (int group : new int[] {0, 1, 4}) {
                    rig.measure(bits, group, 1, false);
                    rig.measure(bits, group, 1, true);
                }
            }
            for (WeightBits bits : new WeightBits[] {WeightBits.W4, WeightBits.W8}) {
                for (int group : new int[] {0, 1}) {
                    rig.measure(bits, group, 32, false);
                    rig.measure(bits, group, 128, false);
                }
            }
            rig.attention(64, 512);
            rig.attention(8, 256);
        }
    }

    private static final class Machine {
        private final Execution execution;
        private final ExecutionMode mode;

        Machine(ExecutionMode mode) {
            this.mode = mode;
            byte[] image = new byte[IMAGE_BYTES];
            new SplittableRandom(1).nextBytes(image);
            var weights = new Region("weights", Memory.HBM, 0, Region.Kind.WEIGHTS, 0, 0,
                    IMAGE_BYTES);
            var end = List.<Instruction>of(new Instruction.End(Tokens.NONE));
            var program = new Program("benchmark", 128, 4096,
                    new BufferSizes(8 << 20, WGT_BYTES, 1 << 19), List.of(weights), List.of(end));
            execution = new Execution(ProgramVerifier.verify(program), DeviceMemory.of(
                    List.of(program), _ -> MemorySegment.ofArray(image)), mode);
            byte[] act = execution.core(0).bytes(Space.ACT);
            for (int i = 0; i < act.length; i++) {
                act[i] = (byte) (i % 255 - 127);
            }
        }

        void measure(WeightBits bits, int group, int m, boolean load) {
            int n = (WGT_BYTES / 2 / PackedRows.rowBytes(bits, group, K)) & ~15;
            long bytes = PackedRows.scaleOffset(bits, group, n, K);
            var matrix = new Instruction.MatVec(Tokens.NONE, 0, K, bits, group, true, false, false,
                    4 << 20, 4, 0, 1 << 20, OUT, 4 * n, Extent.fixed(m), Extent.fixed(n),
                    Extent.fixed(K));
            var r = new Registers(0, 1, 0);
            long[] bases = new long[Registers.BASES];
            int places = (int) (IMAGE_BYTES / bytes);
            double best = Double.MAX_VALUE;
            long ops = Math.max(4, 400_000_000L / ((long) n * K * m));
            for (int round = 0; round < 5; round++) {
                long start = System.nanoTime();
                for (int i = 0; i < ops; i++) {
                    if (load) {
                        execution.execute(0, new Instruction.Load(Tokens.NONE, Space.WGT, 0,
                                Memory.HBM, 0, i % places * bytes, 0, (int) bytes,
                                Extent.fixed(1)), r, bases);
                    }
                    execution.execute(0, matrix, r, bases);
                }
                best = Math.min(best, (System.nanoTime() - start) / (double) ops);
            }
            System.out.printf("%s group %d, m %3d, n %4d, k %d, %d threads%s: %8.1f us, %6.2f GB/s"
                    + " of weights, %6.2f G multiplications/s%n", bits, group, m, n, K,
                    mode.threads(), load ? ", with load" : "           ", best / 1e3, bytes / best,
                    (double) n * K * m / best);
        }

        void attention(int headDim, int context) {
            int row = PackedRows.align16(headDim);
            var scores = new Instruction.MatVec(Tokens.NONE, 0, row, WeightBits.W8, 0, true, false,
                    false, 4 << 20, 4, 0, 1 << 20, OUT, 4 * context, Extent.fixed(1),
                    Extent.fixed(context), Extent.fixed(headDim));
            var values = new Instruction.MatVec(Tokens.NONE, 0, context, WeightBits.W8, 0, false,
                    false, true, 4 << 20, 4, 0, 1 << 20, OUT, 4 * headDim, Extent.fixed(1),
                    Extent.fixed(headDim), Extent.fixed(context));
            var soft = new Instruction.Softmax(Tokens.NONE, 0, 4, Extent.fixed(1),
                    Extent.fixed(context), 0.125f, false);
            var quant = new Instruction.Quantise(Tokens.NONE, 2 << 20, 4, 0, 16, 3 << 20, 4,
                    Extent.fixed(1), Extent.fixed(context), true, 0);
            var norm = new Instruction.Norm(Tokens.NONE, NormKind.RMS, 2 << 20,
                    4, 0, 4, 0, 0, Extent.fixed(1), headDim * 8, 1e-5f);
            for (Instruction i : List.of(scores, values, soft, quant, norm)) {
                Arrays.fill(execution.core(0).bytes(Space.ACT), 0, 1 << 16, (byte) 1);
                var r = new Registers(0, 1, 0);
                long[] bases = new long[Registers.BASES];
                double best = Double.MAX_VALUE;
                for (int round = 0; round < 8; round++) {
                    long start = System.nanoTime();
                    for (int j = 0; j < 20_000; j++) {
                        execution.execute(0, i, r, bases);
                    }
                    best = Math.min(best, (System.nanoTime() - start) / 20_000.0);
                }
                System.out.printf("headDim %d, context %d: %s %.0f ns%n", headDim, context,
                        i.opcode(), best);
            }
        }
    }
}
