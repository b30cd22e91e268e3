package dev.skein.sim.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.AxiSwitch;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.Dram;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.isa.Memory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ways through the AXI switch of a U280: 8 mini-switches of 4, two lateral links each way. */
class WayTest {
    private static final Dram HBM = Boards.load("u280").memory(Memory.HBM, 0).dram();
    private static final AxiSwitch AXI = new AxiSwitch(true, 4, 16, 2, 14, 4, 14);

    private static OffChipMemory group(int first, int channels, int ports) {
        return new OffChipMemory(first, channels, ports, 1 << 28, 64, 0, HBM);
    }

    @Test
    void theOwnPortHasNoLinks() {
        int port = HBM.latencyTicks() - HBM.burstTicks();
        assertEquals(new Way(List.of(), port), Way.of(AxiSwitch.OFF, group(5, 8, 8), 3, false));
        assertEquals(new Way(List.of(), port + 14), Way.of(AXI, group(5, 8, 8), 3, false));
    }

    @Test
    void otherPortsAreReachedThroughLateralLinks() {
        // channel 13 in mini-switch 3 through port 3 of mini-switch 0: three links down, then it
        Way way = Way.of(AXI, group(2, 12, 2), 11, false);
        assertEquals(List.of(new Way.Link(false, false, false, 2, 1),
                new Way.Link(false, false, false, 1, 1), new Way.Link(false, false, false, 0, 1),
                new Way.Link(true, false, true, 3, 0)), way.links());
        assertEquals(HBM.latencyTicks() - HBM.burstTicks() + 14 + 3 * 4, way.flightTicks());
        var sorted = way.links().stream().sorted(Way.Link.FLOW).toList();
        assertEquals(way.links(), sorted);
    }

    /** PG276: masters of a mini-switch share lateral links, so half of the bandwidth crosses. */
    @Test
    void aLateralLinkIsSharedByTheMastersTiedToIt() {
        // four channels of mini-switch 1 through the four ports of mini-switch 0
        Map<Way.Link, LinkTimes> links = new HashMap<>();
        long end = 0;
        int bytes = 1 << 20;
        for (int c = 4; c < 8; c++) {
            LinkTimes[] way = Way.of(AXI, group(0, 8, 4), c, false).links().stream()
                    .map(l -> links.computeIfAbsent(l, _ -> new LinkTimes()))
                    .toArray(LinkTimes[]::new);
            end = Math.max(end, new DramChannel(HBM).serve(0, 0, bytes, false, way));
        }
        assertEquals(2 + 4, links.size());
        double rate = 4.0 * bytes / end;
        assertTrue(rate <= 2 * HBM.bytesPerTick() && rate > 1.9 * HBM.bytesPerTick(),
                rate + " bytes a tick");
    }
}
