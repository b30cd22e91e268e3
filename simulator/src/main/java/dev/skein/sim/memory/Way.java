package dev.skein.sim.memory;

import dev.skein.hls.board.AxiSwitch;
import dev.skein.hls.board.OffChipMemory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The way between a channel and the port a core reads it through: which links, and how long. A
 * topology; it has no notion of time.
 *
 * @param links in order from the channel to the port; none where the port is the channel's own
 * @param flightTicks from the port to the core, beyond what the bursts take
 */
public record Way(List<Link> links, int flightTicks) {
    /** Copies the list. */
    public Way {
        links = List.copyOf(links);
    }

    /**
     * A lateral link between two mini-switches, or a port that serves several channels. Reads and
     * writes have links of their own, as AXI has.
     *
     * @param port whether it is a port
     * @param write direction
     * @param upwards lateral: from the lower mini-switch to the higher
     * @param position of the lower mini-switch, or number of the port on the card
     * @param lane which of the parallel links
     */
    public record Link(boolean port, boolean write, boolean upwards, int position, int lane) {
        /** Every link after all that can lead into it. */
        public static final Comparator<Link> FLOW = Comparator.comparing(Link::port)
                .thenComparing(Link::write).thenComparing(Link::upwards)
                .thenComparingInt(l -> l.upwards ? l.position : -l.position)
                .thenComparingInt(Link::lane);
    }

    /** The way of channel {@code c} of a group. */
    public static Way of(AxiSwitch axi, OffChipMemory memory, int c, boolean write) {
        int channel = memory.firstChannel() + c;
        int port = memory.firstChannel() + c % memory.ports();
        int flight = memory.dram().latencyTicks() - memory.dram().burstTicks()
                + axi.ticks(port, channel);
        var links = new ArrayList<Link>();
        if (memory.ports() < memory.channels()) {
            int lane = port % axi.channelsPerSwitch() * axi.links() / axi.channelsPerSwitch();
            int from = channel / axi.channelsPerSwitch();
            int to = port / axi.channelsPerSwitch();
            for (int s = from; s != to; s += Integer.signum(to - from)) {
                links.add(new Link(false, write, to > from, Math.min(s, s + Integer.signum(to
                        - from)), lane));
            }
            links.add(new Link(true, write, true, port, 0));
        }
        return new Way(links, flight);
    }
}
