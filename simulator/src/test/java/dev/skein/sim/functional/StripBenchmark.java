package dev.skein.sim.functional;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** Not a test: prints how fast this host does SPMV and SPMM. */
final class StripBenchmark {
    private static final int K = 4096;
    private static final int N = 256;
    private static final int OUT = 1 << 20;

    private StripBenchmark() {
    }

    /** Runs all cases and prints a line each. */
    public static void main(String[] args) {
        for (int threads = 1; threads <= 2; threads++) {
            for (int m : new int[] {1, 32}) {
                for (WeightBits bits : WeightBits.values()) {
                    measure(bits, 3, m, threads, SparsePattern.N8);
                }
                for (SparsePattern p : SparsePattern.values()) {
                    measure(WeightBits.W4, 3, m, threads, p);
                }
                for (int group : new int[] {0, 1}) {
                    measure(WeightBits.W4, group, m, threads, SparsePattern.N8);
                }
                measure(WeightBits.W4, 3, m, threads, SparsePattern.values());
            }
        }
    }

    private static void measure(WeightBits bits, int group, int m, int threads,
            SparsePattern... patterns) {
        var end = List.<Instruction>of(new Instruction.End(Tokens.NONE));
        var program = new Program("benchmark", 128, 4096,
                new BufferSizes(8 << 20, 4 << 20, 1 << 19), List.of(), List.of(end));
        var execution = new Execution(ProgramVerifier.verify(program),
                DeviceMemory.of(List.of(program), _ -> null), new ExecutionMode(true, threads));
        var blocks = new ArrayList<BlockClass>();
        int kept = 0;
        for (int b = 0; b < K / 16; b++) {
            SparsePattern p = patterns[b % patterns.length];
            kept += p.kept();
            blocks.add(new BlockClass(p, bits));
        }
        int stripBytes = StripRows.stripBytes(blocks, group);
        fill(execution.core(0), blocks, group, stripBytes);
        var i = new Instruction.SparseMatVec(Tokens.NONE, 0, K, group, false, 4 << 20, 4, 0, OUT,
                4 * N, stripBytes, StripRows.steps(blocks), Extent.fixed(m), N, K);
        var r = new Registers(0, 1, 0);
        double best = Double.MAX_VALUE;
        double macs = (double) N * kept * m;
        long ops = Math.max(4, (long) (1e8 / (macs + N * K / 16)));
        for (int round = 0; round < 6; round++) {
            long start = time(threads);
            for (int op = 0; op < ops; op++) {
                execution.execute(0, i, r, new long[Registers.BASES]);
            }
            best = Math.min(best, (time(threads) - start) / (double) ops);
        }
        System.out.printf("%s %s group %d, m %2d, %d threads: %8.1f us, %5.2f G kept"
                + " multiplications/s%n", patterns.length == 1 ? patterns[0] : "all", bits, group,
                m, threads, best / 1e3, macs / best);
    }

    /** Of a thread alone its processor time, which other load on the host changes little. */
    private static long time(int threads) {
        return threads > 1 ? System.nanoTime()
                : ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void fill(CoreState core, List<BlockClass> blocks, int group, int stripBytes) {
        var random = new SplittableRandom(1);
        random.nextBytes(core.bytes(Space.ACT));
        byte[] act = core.bytes(Space.ACT);
        for (int at = 0; at < act.length; at++) {
            act[at] = (byte) Math.max(-127, act[at]);
        }
        var wgt = MemorySegment.ofArray(core.bytes(Space.WGT));
        for (int s = 0; s < N / 16; s++) {
            var order = new ArrayList<>(blocks);
            Collections.shuffle(order, new Random(s));
            byte[] weights = new byte[16 * K];
            for (int row = 0; row < 16; row++) {
                for (int b = 0; b < order.size(); b++) {
                    for (int j = 0; j < order.get(b).pattern().kept(); j++) {
                        weights[row * K + 16 * b + random.nextInt(16)] = 1;
                    }
                }
            }
            StripRows.pack(K, order.toArray(BlockClass[]::new), weights, group,
                    random.ints(StripRows.groupBytes(group, K), 0, 256).toArray(), wgt,
                    (long) s * stripBytes);
        }
    }
}
