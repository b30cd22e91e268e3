package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.Control;
import dev.skein.hls.board.Dram;
import dev.skein.hls.board.Interconnect;
import dev.skein.hls.board.MatrixEngine;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.board.VectorEngine;
import dev.skein.hls.board.VectorKind;
import java.util.EnumMap;
import java.util.SplittableRandom;

/** Boards with all timing constants drawn from a seed, so that no equality is an accident. */
final class RandomBoards {
    private final SplittableRandom random;

    private RandomBoards(long seed) {
        random = new SplittableRandom(seed);
    }

    static Board of(long seed) {
        return new RandomBoards(seed).board();
    }

    /** The U280 with other control constants, for hand-computed cases. */
    static Board with(Board b, Control control, OffChipMemory hbm, OffChipMemory ddr) {
        return new Board(b.name(), b.description(), b.clockMHz(), b.cores(), b.buffers(), control,
                b.mpe(), b.sfu(), b.sys(), hbm, b.param(), ddr, b.hbmChannels(), b.energy(),
                b.priceUSD(), b.fabric());
    }

    private Board board() {
        Board b = Boards.load("u280");
        Dram hbm = dram();
        int stripe = hbm.accessBytes() * between(1, 4);
        var costs = new EnumMap<VectorKind, VectorEngine.Cost>(VectorKind.class);
        for (VectorKind kind : VectorKind.values()) {
            costs.put(kind, new VectorEngine.Cost(between(1, 3), between(0, 30)));
        }
        return new Board("random", "from a seed", 100, b.cores(), b.buffers(),
                new Control(between(1, 6), between(1, 4), between(1, 5)),
                new MatrixEngine(new MatrixEngine.Shape(between(1, 8), between(1, 8), 16),
                        new MatrixEngine.Shape(1, between(1, 16), 16), between(1, 20)),
                new VectorEngine(between(4, 16), costs),
                new Interconnect(between(8, 64), between(0, 9), between(1, 20)),
                new OffChipMemory(between(1, 5), 1 << 28, stripe, hbm),
                new OffChipMemory(1, 1 << 28, stripe, hbm), ddr(), 64, b.energy(), 1,
                b.fabric());
    }

    private OffChipMemory ddr() {
        Dram dram = dram();
        return new OffChipMemory(between(1, 3), 1 << 28, dram.accessBytes() * between(1, 8), dram);
    }

    private Dram dram() {
        int access = 16 << between(0, 2);
        int nRFC = between(1, 40);
        return new Dram(between(8, 100), access, between(1, 5), access * between(1, 12),
                between(0, 6), between(0, 6), between(0, 20), between(0, 6), nRFC,
                nRFC + between(20, 300), between(0, 30));
    }

    private int between(int from, int to) {
        return random.nextInt(from, to + 1);
    }
}
