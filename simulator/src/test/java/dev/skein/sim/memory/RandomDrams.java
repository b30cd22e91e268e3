package dev.skein.sim.memory;

import dev.skein.hls.board.AddressMap;
import dev.skein.hls.board.ClockRatio;
import dev.skein.hls.board.Dram;
import dev.skein.hls.board.DramTiming;
import java.util.List;
import java.util.SplittableRandom;

/** DRAM channels with all constants drawn from a seed, so that no equality is an accident. */
public final class RandomDrams {
    private static final List<AddressMap> MAPS = List.of(AddressMap.parse("R-1G-2B-C-1G", 4, 4),
            AddressMap.parse("R-C-2B-2G", 4, 4), AddressMap.parse("R-2G-2B-C", 4, 4),
            AddressMap.parse("R-1B-C-1B", 1, 4), AddressMap.parse("R-C", 1, 1),
            AddressMap.parse("R-1G-C-1B", 2, 2), AddressMap.parse("R-1B-C-1G", 2, 2));

    private final SplittableRandom random;

    private RandomDrams(SplittableRandom random) {
        this.random = random;
    }

    /** The next one. */
    public static Dram of(SplittableRandom random) {
        return new RandomDrams(random).dram();
    }

    private Dram dram() {
        int perTick = 1 << between(3, 6);
        int burst = perTick * between(1, 4);
        int access = burst * between(1, 3);
        int burstTicks = burst / perTick;
        int nCCDS = burstTicks + between(0, 2);
        int nRFC = between(1, 40);
        int nRFCsb = between(1, 30);
        var timing = new DramTiming(between(0, 6), between(0, 6), between(0, 20), between(0, 24),
                between(0, 4), between(0, 6), between(0, 20), nCCDS, nCCDS + between(0, 5),
                between(0, 4), between(0, 4), between(0, 6), between(0, 4), between(0, 6),
                between(0, 6), nRFC, nRFCsb, 2 * Math.max(nRFC, nRFCsb) + between(20, 400));
        return new Dram(clock(), perTick, burst, access,
                burst << between(0, 4), MAPS.get(random.nextInt(MAPS.size())),
                random.nextBoolean(), random.nextBoolean(), between(1, 5), timing,
                burstTicks + between(0, 30));
    }

    private ClockRatio clock() {
        int kernel = between(1, 3);
        return new ClockRatio(between(kernel, 7), kernel);
    }

    private int between(int from, int to) {
        return random.nextInt(from, to + 1);
    }
}
