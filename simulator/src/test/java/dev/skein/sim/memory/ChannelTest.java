package dev.skein.sim.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.hls.board.AddressMap;
import dev.skein.hls.board.ClockRatio;
import dev.skein.hls.board.Dram;
import dev.skein.hls.board.DramTiming;
import dev.skein.hls.board.OffChipMemory;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Hand-computed cases of the channel rules, on both implementations, and their equality. */
class ChannelTest {
    /** 64 B a tick, 4 banks of 256 B rows, one segment ahead; a refresh takes 5 + 20 of 100. */
    private static final Dram SMALL = new Dram(new ClockRatio(1, 1), 64, 64, 64, 256,
            AddressMap.parse("R-2B-C", 1, 4), false, false, 1,
            new DramTiming(3, 5, 11, 16, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 2, 20, 20, 100), 1);

    record Request(long arrival, long from, long to, boolean write) {}

    record Result(List<Long> ends, ChannelCounts counts) {}

    private static Request read(long arrival, long from, long to) {
        return new Request(arrival, from, to, false);
    }

    private static Result byEvents(Dram dram, long cycles, List<Request> requests) {
        var channel = new DramChannel(dram);
        var ends = new ArrayList<Long>();
        for (Request r : requests) {
            ends.add(channel.serve(r.arrival, r.from, r.to, r.write, LinkTimes.NONE));
        }
        return new Result(ends, channel.finish(cycles));
    }

    private static Result byTicks(Dram dram, long cycles, List<Request> requests) {
        var channel = new TickChannel(dram);
        var sent = new ArrayList<TickRequest>();
        Long[] ends = new Long[requests.size()];
        for (long t = 0; t < cycles; t++) {
            while (sent.size() < requests.size() && requests.get(sent.size()).arrival == t) {
                Request r = requests.get(sent.size());
                sent.add(new TickRequest(r.from, r.to, r.write, List.of(), dram.burstBytes(), 0));
                channel.enqueue(sent.getLast());
            }
            channel.tick();
            for (int i = 0; i < sent.size(); i++) {
                if (ends[i] == null && sent.get(i).done()) {
                    ends[i] = t + 1;
                }
            }
        }
        return new Result(List.of(ends), channel.counts());
    }

    private static void check(List<Long> ends, ChannelCounts counts, Request... requests) {
        Result expected = new Result(ends, counts);
        assertEquals(expected, byEvents(SMALL, 300, List.of(requests)), "event");
        assertEquals(expected, byTicks(SMALL, 300, List.of(requests)), "tick");
    }

    @Test
    void closedBankThenHit() {
        // activate at 0, data 3..4; the second access finds the row open: data at once
        check(List.of(4L, 11L), new ChannelCounts(128, 2, 1, 1, 0, 2),
                read(0, 0, 64), read(10, 64, 128));
    }

    @Test
    void conflictWaitsForActiveTime() {
        // row 1 of bank 0 is at 1024: precharge at max(4, 0 + nRAS 11), activate 16, data 19
        check(List.of(4L, 20L), new ChannelCounts(128, 2, 0, 1, 1, 2),
                read(0, 0, 64), read(4, 1024, 1088));
    }

    @Test
    void conflictAfterTheActiveTimeWaitsForPrecharge() {
        check(List.of(4L, 40L + 5 + 3 + 1), new ChannelCounts(128, 2, 0, 1, 1, 2),
                read(0, 0, 64), read(40, 1024, 1088));
    }

    @Test
    void theNextSegmentActivatesUnderTheData() {
        // segments at 0, 256, 512: data 3..7, then 7..11 and 11..15 without a gap
        check(List.of(15L), new ChannelCounts(768, 12, 0, 3, 0, 2), read(0, 0, 768));
    }

    @Test
    void aSingleBeatDoesNotHideTheNextActivate() {
        // data of the first 3..4; the second begins at 3 (one segment ahead), data 6..10
        check(List.of(10L), new ChannelCounts(320, 5, 0, 2, 0, 2), read(0, 192, 512));
    }

    @Test
    void directionChangesTurnTheBus() {
        check(List.of(4L, 6L, 8L), new ChannelCounts(192, 3, 2, 1, 0, 2),
                read(0, 0, 64), new Request(0, 64, 128, true), read(0, 128, 192));
    }

    @Test
    void refreshGoesFirstAndClosesRows() {
        // due at 100: precharge and refresh until 125, then activate and data 128
        check(List.of(4L, 129L), new ChannelCounts(128, 2, 0, 2, 0, 2),
                read(0, 0, 64), read(100, 64, 128));
        // one cycle earlier the row is still open
        check(List.of(4L, 100L), new ChannelCounts(128, 2, 1, 1, 0, 2),
                read(0, 0, 64), read(99, 64, 128));
    }

    @Test
    void aRequestInTheMiddleOfARefreshWaits() {
        check(List.of(129L), new ChannelCounts(64, 1, 0, 1, 0, 2), read(110, 0, 64));
        check(List.of(130L), new ChannelCounts(64, 1, 0, 1, 0, 2), read(126, 0, 64));
    }

    @Test
    void aSegmentThatHasBegunDelaysTheRefresh() {
        // begins at 98, data 101..105, precharge at 98 + nRAS = 109, refreshed at 134
        check(List.of(105L, 138L), new ChannelCounts(320, 5, 0, 2, 0, 2),
                read(98, 0, 256), read(103, 256, 320));
    }

    @Test
    void requestsAreServedInOrderOfArrival() {
        check(List.of(7L, 11L), new ChannelCounts(512, 8, 0, 2, 0, 2),
                read(0, 0, 256), read(1, 256, 512));
    }

    @Test
    void eventsEqualTicksOnRandomRequests() {
        for (long seed = 0; seed < 2000; seed++) {
            var random = new SplittableRandom(seed);
            Dram dram = RandomDrams.of(random);
            int access = dram.accessBytes();
            var requests = new ArrayList<Request>();
            long t = 0;
            for (int i = random.nextInt(1, 20); i > 0; i--) {
                t += random.nextInt(4) == 0 ? random.nextInt(300) : random.nextInt(6);
                long from = (long) access * random.nextInt(64);
                requests.add(new Request(t, from, from + (long) access * random.nextInt(1, 24),
                        random.nextInt(3) == 0));
            }
            List<Long> ends = byEvents(dram, 0, requests).ends();
            long cycles = ends.getLast() + random.nextInt(500);
            assertEquals(byTicks(dram, cycles, requests), byEvents(dram, cycles, requests),
                    "seed " + seed);
        }
    }

    @Test
    void stripesPartitionARange() {
        var memory = OffChipMemory.local(0, 3, 1 << 20, 128, 0, SMALL);
        for (long from = 0; from < 900; from += 64) {
            for (long to = from + 64; to < 1200; to += 64) {
                long sum = 0;
                for (int c = 0; c < 3; c++) {
                    long lower = Stripes.below(memory, c, from);
                    long upper = Stripes.below(memory, c, to);
                    sum += upper - lower;
                    for (long a = from; a < to; a += 64) {
                        if (memory.channel(a) == c) {
                            long local = memory.local(a);
                            assertEquals(true, lower <= local && local < upper);
                        }
                    }
                }
                assertEquals(to - from, sum);
            }
        }
        assertEquals(64, Stripes.roundUp(memory, 1));
        assertEquals(64, Stripes.roundUp(memory, 64));
        assertEquals(64, Stripes.roundDown(memory, 127));
    }
}
