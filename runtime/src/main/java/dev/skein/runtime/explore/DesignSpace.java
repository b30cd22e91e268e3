package dev.skein.runtime.explore;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.Fetch;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.random.RandomGenerator;

/** Where the search may go on a card. */
final class DesignSpace {
    private static final int MAX_CORES_PER_SLR = 2;
    /** Choices besides the {@link Gene}s: cores with their channels. */
    private static final int OTHER_CHOICES = 1;
    private static final int MAX_CHANGES = 3;

    private final int slrs;
    private final int channels;
    private final boolean fetchFromHbm;

    DesignSpace(Board board) {
        this.slrs = board.fabric().slrs().size();
        this.channels = board.hbmChannels();
        this.fetchFromHbm = board.fetch().source() == Fetch.Source.HBM;
    }

    /** Any design. */
    Design random(RandomGenerator random) {
        var numbers = new EnumMap<Gene, Integer>(Gene.class);
        for (Gene gene : Gene.values()) {
            numbers.put(gene, gene.random(random));
        }
        return cores(new Design(List.of(0), List.of(1), 0, numbers), random);
    }

    /** One or a few values changed. */
    Design mutation(Design parent, RandomGenerator random) {
        Design design = parent;
        for (int changes = 1 + random.nextInt(MAX_CHANGES); changes > 0; changes--) {
            int choice = random.nextInt(Gene.values().length + OTHER_CHOICES);
            if (choice < Gene.values().length) {
                Gene gene = Gene.values()[choice];
                design = design.with(gene, gene.step(design.numbers().get(gene), random));
            } else {
                design = cores(design, random);
            }
        }
        return design;
    }

    /** Each value from one of two designs; cores with their channels stay together. */
    Design crossing(Design a, Design b, RandomGenerator random) {
        Design design = random.nextBoolean() ? a : b;
        for (Gene gene : Gene.values()) {
            design = design.with(gene, (random.nextBoolean() ? a : b).numbers().get(gene));
        }
        return design;
    }

    /**
     * Another channel map and, half of the time, another number of cores: all channels, the
     * remainder to some cores, or the same number for each core and some channels unused.
     */
    private Design cores(Design d, RandomGenerator random) {
        int cores = random.nextBoolean() ? d.coreSlr().size()
                : 1 + random.nextInt(Math.min(channels, MAX_CORES_PER_SLR * slrs));
        var coreSlr = new ArrayList<Integer>();
        for (int core = 0; core < cores; core++) {
            coreSlr.add(core * slrs / Math.max(cores, slrs));
        }
        int reserved = fetchFromHbm ? cores : 0;
        int param = random.nextBoolean() && channels >= 2 * cores + reserved ? 1 : 0;
        int left = channels - reserved - param * cores;
        if (left < cores) {
            return d;
        }
        boolean all = random.nextInt(4) > 0;
        int first = random.nextInt(cores);
        var own = new ArrayList<Integer>();
        for (int core = 0; core < cores; core++) {
            boolean extra = all && Math.floorMod(core - first, cores) < left % cores;
            own.add(left / cores + (extra ? 1 : 0));
        }
        return new Design(coreSlr, own, param, d.numbers());
    }
}
