package dev.skein.sim.fpga;

import dev.skein.hls.board.AxiSwitch;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.Control;
import dev.skein.hls.board.CoreMemories;
import dev.skein.hls.board.Dram;
import dev.skein.hls.board.Fetch;
import dev.skein.hls.board.Interconnect;
import dev.skein.hls.board.MatrixEngine;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.board.TransferRates;
import dev.skein.hls.board.VectorEngine;
import dev.skein.hls.board.VectorKind;
import dev.skein.sim.memory.RandomDrams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.SplittableRandom;

/** Boards with all timing constants drawn from a seed, so that no equality is an accident. */
final class RandomBoards {
    private final SplittableRandom random;
    private final TransferRates rates;

    private RandomBoards(long seed) {
        random = new SplittableRandom(seed);
        rates = rates(new SplittableRandom(~seed));
    }

    static Board of(long seed) {
        return new RandomBoards(seed).board();
    }

    /**
     * The U280 with other control constants and memories and a fill of 32 cycles in the MPE, for
     * hand-computed cases.
     */
    static Board with(Board b, Control control, Fetch fetch, OffChipMemory hbm,
            OffChipMemory ddr) {
        var memories = new CoreMemories(hbm, hbm, ddr, hbm);
        return new Board(b.name(), b.description(), b.clockMHz(), b.cores(), b.buffers(), control,
                fetch, new MatrixEngine(b.mpe().mm(), b.mpe().mv(), 32), b.sfu(), b.sys(),
                Collections.nCopies(b.cores(), memories), b.hbmChannels(), b.hbmSwitch(),
                b.mapping(), b.energy(), b.priceUSD(), b.fabric());
    }

    private Board board() {
        Board b = Boards.load("u280");
        var costs = new EnumMap<VectorKind, VectorEngine.Cost>(VectorKind.class);
        for (VectorKind kind : VectorKind.values()) {
            costs.put(kind, new VectorEngine.Cost(between(1, 3), between(0, 30)));
        }
        return new Board("random", "from a seed", 100, b.cores(), b.buffers(),
                new Control(between(1, 6), between(1, 4), between(1, 5), between(1, 4), rates),
                fetch(),
                new MatrixEngine(new MatrixEngine.Shape(between(1, 8), between(1, 8), 16),
                        new MatrixEngine.Shape(1, between(1, 16), 16), between(1, 20)),
                new VectorEngine(between(4, 16), costs),
                new Interconnect(between(8, 64), between(0, 9), between(1, 20)),
                memories(b.cores()), 64, axiSwitch(), b.mapping(), b.energy(), 1,
                b.fabric());
    }

    /** Of every other board the data movers are slower than the memory. */
    private static TransferRates rates(SplittableRandom random) {
        return random.nextBoolean() ? TransferRates.FULL : new TransferRates(
                random.nextInt(20, 101), random.nextInt(20, 101), random.nextInt(20, 101),
                random.nextInt(20, 101));
    }

    private Fetch fetch() {
        int block = 32 * between(1, 6);
        return new Fetch(Fetch.Source.values()[random.nextInt(4)], block, block * between(2, 4),
                random.nextBoolean() ? 0 : 32 * between(1, 30));
    }

    private AxiSwitch axiSwitch() {
        int channels = between(1, 4);
        return new AxiSwitch(true, channels, channels * between(1, 3), between(1, 2),
                between(0, 9), between(0, 9), between(0, 9));
    }

    private List<CoreMemories> memories(int cores) {
        Dram hbm = RandomDrams.of(random);
        Dram dram = RandomDrams.of(random);
        int stripe = hbm.accessBytes() * between(1, 4);
        int ddrStripe = dram.accessBytes() * between(1, 8);
        int ddrChannels = between(1, 3);
        var out = new ArrayList<CoreMemories>();
        int first = 0;
        for (int c = 0; c < cores; c++) {
            int channels = between(1, 5);
            int crossing = between(0, 9);
            out.add(new CoreMemories(
                    new OffChipMemory(first, channels, between(1, channels), 1 << 28, stripe,
                            crossing, hbm),
                    OffChipMemory.local(first + channels, 1, 1 << 28, stripe, crossing, hbm),
                    OffChipMemory.local(0, ddrChannels, 1 << 28, ddrStripe, between(0, 9), dram),
                    OffChipMemory.local(first + channels + 1, 1, 1 << 28, stripe, crossing, hbm)));
            first += channels + 2;
        }
        return out;
    }

    private int between(int from, int to) {
        return random.nextInt(from, to + 1);
    }
}
