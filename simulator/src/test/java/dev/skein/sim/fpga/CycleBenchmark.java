package dev.skein.sim.fpga;

import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.Unit;
import dev.skein.hls.isa.WeightBits;
import java.util.ArrayList;
import java.util.List;

/**
 * Speed of the event-driven machine, to be run by hand: a stream shaped like one decode step of a
 * 7B model (tiles of weights, double buffered, an MV each) and one of a very small model.
 */
final class CycleBenchmark {
    private CycleBenchmark() {}

    /** Arguments: none. */
    public static void main(String[] args) {
        step("7B, 16 KiB tiles", 32, 2300, 16 << 10, 1);
        step("7B, 512 KiB tiles", 32, 72, 512 << 10, 1);
        step("small", 5, 20, 4 << 10, 3000);
    }

    private static void step(String name, int layers, int tiles, int tileBytes, int repeats) {
        Program program = program(layers, tiles, tileBytes);
        var machine = new CycleMachine(program, Boards.load("u280"), Values.NONE);
        long best = Long.MAX_VALUE;
        CycleReport report = null;
        for (int i = 0; i < repeats; i++) {
            long t = System.nanoTime();
            report = machine.run(127, 1);
            best = Math.min(best, System.nanoTime() - t);
        }
        System.out.println(name + ", " + program.streams().getFirst().size()
                + " instructions a core: " + ReportText.speed(report, best));
        System.out.print(report);
    }

    private static Program program(int layers, int tiles, int tileBytes) {
        var streams = new ArrayList<List<Instruction>>();
        var regions = new ArrayList<Region>();
        for (int c = 0; c < 3; c++) {
            streams.add(stream(layers, tiles, tileBytes));
            regions.add(new Region("weights", Memory.HBM, c, Region.Kind.WEIGHTS, 0, 0,
                    (long) layers * tiles * tileBytes));
        }
        return new Program("decode", 1, 2048, new BufferSizes(1 << 20, 1 << 20, 1 << 16), regions,
                streams);
    }

    private static List<Instruction> stream(int layers, int tiles, int tileBytes) {
        var s = new ArrayList<Instruction>();
        int n = Math.max(1, tileBytes / 4096);
        int k = tileBytes / n;
        int ld = Unit.LD.bit();
        int mpe = Unit.MPE.bit();
        for (int layer = 0; layer < layers; layer++) {
            for (int t = 0; t < tiles; t++) {
                int index = layer * tiles + t;
                s.add(new Instruction.Load(new Tokens(index < 2 ? 0 : mpe, mpe), Space.WGT, 0,
                        Memory.HBM, 0, (long) index * tileBytes, 0, tileBytes, Extent.fixed(1)));
                s.add(new Instruction.MatVec(new Tokens(ld, ld), 0, 64, WeightBits.W8, 0, true,
                        false, false, 0, 4, 0, 0, 0, 64, Extent.fixed(1), Extent.fixed(n),
                        Extent.fixed(k)));
                if (t % 4 == 3) {
                    s.add(new Instruction.Ewise(Tokens.NONE, EwiseFunction.ADD, 0, 64, Space.ACT,
                            0, 64, 0, 64, Extent.fixed(1), 512, false));
                }
            }
            s.add(new Instruction.Broadcast(Tokens.NONE, 0, 64, 0, 64, Extent.fixed(1), 1366));
            s.add(new Instruction.Barrier(Tokens.NONE, 0, 0));
        }
        s.add(new Instruction.End(Tokens.NONE));
        return s;
    }
}
