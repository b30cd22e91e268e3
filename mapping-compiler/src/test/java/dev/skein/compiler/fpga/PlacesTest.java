package dev.skein.compiler.fpga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.ir.Distribution.Range;
import dev.skein.hls.board.Mapping;
import dev.skein.hls.isa.BufferSizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Splits, rings and life times: the arithmetic under the back end. */
class PlacesTest {

    @Test
    void splitsWholeBlocksAndGivesTheRemainderToTheFirstCores() {
        FpgaTarget alike = target(8, 8, 8);
        assertEquals(List.of(new Range(0, 64), new Range(64, 128), new Range(128, 172)),
                alike.split(172, 16));
        assertEquals(List.of(new Range(0, 11), new Range(11, 22), new Range(22, 32)),
                alike.split(32, 1));
        assertEquals(List.of(new Range(0, 1), new Range(1, 2), new Range(2, 2)),
                alike.split(2, 1));
        assertEquals(List.of(new Range(0, 5), new Range(5, 5), new Range(5, 5)),
                alike.split(5, 16));
    }

    @Test
    void splitsInProportionToTheChannelsOfTheCores() {
        FpgaTarget uneven = target(11, 11, 10);
        assertEquals(List.of(new Range(0, 11), new Range(11, 22), new Range(22, 32)),
                uneven.split(32, 1));
        // 688 blocks: 236.5, 236.5 and 215.
        assertEquals(List.of(new Range(0, 3792), new Range(3792, 7568), new Range(7568, 11008)),
                uneven.split(11008, 16));
        assertEquals(List.of(new Range(0, 3), new Range(3, 6), new Range(6, 8)),
                uneven.split(8, 1));
        assertEquals(List.of(new Range(0, 0), new Range(0, 0), new Range(0, 16)),
                target(1, 1, 14).split(16, 16));
    }

    private static FpgaTarget target(int... channels) {
        return new FpgaTarget("test", Arrays.stream(channels)
                .mapToObj(n -> new FpgaTarget.CoreMemory(n, 64 * n, 1L << 28, 1L << 28)).toList(),
                new BufferSizes(1 << 20, 1 << 20, 1 << 16), 64, 1L << 30,
                new Mapping(Mapping.Operations.OVERLAPPED, Mapping.Activations.ON_CHIP, 8));
    }

    @Test
    void ringComesRoundAndRefusesWhatCanNeverFit() {
        Ring ring = new Ring("weight", 64, 160);
        assertEquals(64, ring.take(33, "a"));
        assertEquals(112, ring.take(48, "b"));
        assertEquals(64, ring.take(1, "c"));
        var e = assertThrows(FpgaException.class, () -> ring.take(97, "layer.0.q.weight"));
        assertEquals("layer.0.q.weight needs 112 bytes of the weight buffer, which has 96 for it:"
                + " choose a smaller --context or fewer weight bits", e.getMessage());
    }

    @Test
    void livesThatOverlapNeverShareABuffer() {
        record Taken(int from, int to, int birth, int death) {}
        long seed = 20261122;
        var random = new SplittableRandom(seed);
        var ranges = new LiveRanges(48);
        var taken = new ArrayList<Taken>();
        int birth = 0;
        for (int i = 0; i < 500; i++) {
            birth += random.nextInt(3);
            int bytes = random.nextInt(1, 1000);
            int death = birth + random.nextInt(20);
            int at = ranges.take(bytes, birth, death);
            assertEquals(0, at % FpgaTarget.BUFFER_ALIGNMENT);
            Taken now = new Taken(at, at + bytes, birth, death);
            for (Taken old : taken) {
                boolean sameTime = old.birth <= now.death && now.birth <= old.death;
                boolean samePlace = old.from < now.to && now.from < old.to;
                assertTrue(!sameTime || !samePlace, "seed " + seed + ": " + old + " and " + now);
            }
            taken.add(now);
            assertTrue(ranges.high() >= now.to && now.from >= 48);
        }
    }
}
