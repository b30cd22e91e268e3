package dev.skein.sim.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.AddressMap;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.Dram;
import dev.skein.hls.board.DramTiming;
import dev.skein.hls.isa.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/**
 * Bandwidth and latency of the U280's memories against closed formulas in its timing constants, and
 * against what Shuhai measured on the card.
 */
class BandwidthTest {
    private static final Dram HBM = Boards.load("u280-flightllm").memory(Memory.HBM, 0).dram();
    private static final Dram DDR = Boards.load("u280-flightllm").memory(Memory.DDR, 0).dram();
    private static final double TOLERANCE = 0.02;
    private static final int ROUNDS = 20_000;

    private static Dram with(Dram d, String map, boolean closedPage, boolean refreshPerBank) {
        return new Dram(d.clock(), d.bytesPerTick(), d.burstBytes(), d.accessBytes(), d.rowBytes(),
                AddressMap.parse(map, d.map().bankGroups(), d.map().banksPerGroup()), closedPage,
                refreshPerBank, d.lookahead(), d.timing(), d.latencyTicks());
    }

    /** Bytes a tick of requests that all wait at 0. */
    private static double rate(Dram dram, int n, int bytes, boolean write, IntToLongFunction at) {
        var channel = new DramChannel(dram);
        long end = 0;
        for (int i = 0; i < n; i++) {
            long from = at.applyAsLong(i);
            end = channel.serve(0, from, from + bytes, write, LinkTimes.NONE);
        }
        return (double) n * bytes / end;
    }

    private static void near(double formula, double simulated, String what) {
        assertEquals(formula, simulated, TOLERANCE * formula, what);
    }

    private static double stream(Dram dram, boolean write) {
        return rate(dram, 512, 1 << 16, write, i -> (long) i << 16);
    }

    /** What a refresh of all banks takes from a stream, ticks: from a burst to the one after. */
    private static int refreshGap(DramTiming t, int settle) {
        return settle + t.nRP() + t.nRFC() + t.nRCD() - t.nCCDS();
    }

    @Test
    void streamsLoseOnlyTheRefreshes() {
        for (Dram d : List.of(HBM, DDR)) {
            DramTiming t = d.timing();
            double peak = d.bytesPerTick();
            near(peak * (1 - (double) refreshGap(t, t.nRTP()) / t.nREFI()), stream(d, false),
                    "read");
            int recovery = t.nCWL() + d.burstTicks() + t.nWR();
            near(peak * (1 - (double) refreshGap(t, recovery) / t.nREFI()), stream(d, true),
                    "write");
        }
    }

    @Test
    void allChannelsTogetherAreWhatShuhaiMeasured() {
        double GBps = stream(HBM, false) * 0.9 * 32;
        assertEquals(425, GBps, 425 * TOLERANCE);
    }

    @Test
    void refreshOfSingleBanksHidesBehindTheOthers() {
        near(HBM.bytesPerTick(), stream(with(HBM, "R-1G-2B-C-1G", false, true), false), "read");
    }

    @Test
    void aStreamWithinABankGroupHasTheLongInterval() {
        DramTiming t = HBM.timing();
        near((double) HBM.burstBytes() / t.nCCDL()
                * (1 - (double) refreshGap(t, t.nRTP()) / t.nREFI()),
                stream(with(HBM, "R-2G-2B-C", false, false), false), "same bank group");
    }

    @Test
    void rowConflictsInOneBankTakeARowCycle() {
        DramTiming t = HBM.timing();
        int cycle = Math.max(t.nRC(), Math.max(t.nRAS() + t.nRP(),
                t.nRCD() + t.nRTP() + t.nRP()));
        long row = 8L * 2048;
        near((double) HBM.accessBytes() / cycle * (1 - (double) t.nRFC() / t.nREFI()),
                rate(HBM, ROUNDS, HBM.accessBytes(), false, i -> i * row), "same bank");
        int closed = Math.max(t.nRC(), Math.max(t.nRAS(), t.nRCD() + t.nRTP()) + t.nRP());
        near((double) HBM.accessBytes() / closed * (1 - (double) t.nRFC() / t.nREFI()),
                rate(with(HBM, "R-1G-2B-C-1G", true, false), ROUNDS, HBM.accessBytes(), false,
                        i -> i * row), "same bank, closed page");
    }

    /** An access is one burst in each of two bank groups, so two activates where rows change. */
    @Test
    void accessesSpreadOverTheBanksAreBoundByActivates() {
        DramTiming t = HBM.timing();
        double access = Math.max(Math.max(2 * t.nRRDS(), t.nRRDL()),
                Math.max(t.nFAW() / 2.0, Math.max(2 * t.nCCDS(), t.nRC() / 8.0)));
        int drained = Math.max(t.nRAS(), t.nRCD() + t.nRTP()) + t.nRP() + t.nRFC();
        near(HBM.accessBytes() / access * (1 - drained / (double) t.nREFI()),
                rate(HBM, ROUNDS, HBM.accessBytes(), false, i -> i * (2048L + 8 * 2048)),
                "spread");
    }

    @Test
    void accessesWithinABankGroupAreBoundByItsActivates() {
        DramTiming t = HBM.timing();
        Dram d = with(HBM, "R-2G-2B-C", false, false);
        double access = Math.max(Math.max(t.nRRDL(), t.nFAW() / 4.0),
                Math.max(2 * t.nCCDL(), t.nRC() / 4.0));
        int drained = Math.max(t.nRAS(), t.nRCD() + t.nRTP()) + t.nRP() + t.nRFC();
        near(d.accessBytes() / access * (1 - drained / (double) t.nREFI()),
                rate(d, ROUNDS, d.accessBytes(), false, i -> i % 4 * 1024L + i / 4 * 16384L),
                "same bank group");
    }

    @Test
    void alternatingDirectionsTurnTheBus() {
        DramTiming t = HBM.timing();
        var channel = new DramChannel(HBM);
        long end = 0;
        for (int i = 0; i < ROUNDS; i++) {
            end = channel.serve(0, i % 16 * 64L, i % 16 * 64L + 64, i % 2 == 1, LinkTimes.NONE);
        }
        // both bursts of a write, then its recovery in the bank group of the first read
        double pair = t.nCCDS() + t.nRTW() + Math.max(t.nCCDS() + t.nCWL() + HBM.burstTicks()
                + t.nWTRS(), t.nCWL() + HBM.burstTicks() + t.nWTRL());
        int gap = t.nCWL() + HBM.burstTicks() + t.nWR() + t.nRP() + t.nRFC() + t.nRCD();
        near(2 * 64 / pair * (1 - gap / (double) t.nREFI()), ROUNDS * 64.0 / end, "turns");
    }

    /** 48, 55 and 62 cycles of the 450 MHz AXI clock: two ticks of the HBM clock each. */
    @Test
    void theUnloadedLatencyIsExact() {
        var channel = new DramChannel(HBM);
        int flight = HBM.latencyTicks() - HBM.burstTicks();
        assertEquals(2 * 55, channel.serve(0, 0, 32, false, LinkTimes.NONE) + flight);
        assertEquals(2 * 48, channel.serve(1000, 64, 96, false, LinkTimes.NONE) + flight - 1000);
        assertEquals(2 * 62,
                channel.serve(2000, 16384, 16416, false, LinkTimes.NONE) + flight - 2000);
    }

    @Test
    void aSharedPortHalvesAndALateralLinkDelays() {
        var port = new LinkTimes();
        var ways = new ArrayList<DramChannel>(List.of(new DramChannel(HBM), new DramChannel(HBM)));
        long end = 0;
        for (int i = 0; i < 64; i++) {
            for (DramChannel c : ways) {
                end = c.serve(0, (long) i << 16, (long) i + 1 << 16, false, new LinkTimes[] {port});
            }
        }
        double both = 2 * 64 * 65536.0 / end;
        assertTrue(both <= HBM.bytesPerTick());
        near(HBM.bytesPerTick(), both, "one port for two channels");
    }
}
