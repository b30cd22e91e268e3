package dev.skein.hls.board;

/**
 * The AXI switch in front of the HBM pseudo-channels (AMD PG276): mini-switches of a few ports and
 * channels in a row, each connected with its neighbours by lateral links that move as much as one
 * channel. Ports of a mini-switch are tied to the links in equal shares.
 *
 * @param enabled whether it is there at all; if not, a port reaches the channel opposite to it
 * @param channelsPerSwitch channels, and ports, of a mini-switch
 * @param channelsPerStack channels of an HBM stack
 * @param links lateral links in each direction between neighbours
 * @param localTicks latency it adds where no mini-switch is crossed, ticks of the HBM clock
 * @param crossingTicks for each mini-switch boundary crossed
 * @param stackTicks in addition for the boundary between two stacks
 */
public record AxiSwitch(boolean enabled, int channelsPerSwitch, int channelsPerStack, int links,
        int localTicks, int crossingTicks, int stackTicks) {
    /** No switch. */
    public static final AxiSwitch OFF = new AxiSwitch(false, 1, 1, 1, 0, 0, 0);

    /** Latency between a port and a channel beyond that of the channel opposite, ticks. */
    public int ticks(int port, int channel) {
        if (!enabled) {
            return 0;
        }
        int switches = Math.abs(port / channelsPerSwitch - channel / channelsPerSwitch);
        int stacks = Math.abs(port / channelsPerStack - channel / channelsPerStack);
        return localTicks + switches * crossingTicks + stacks * stackTicks;
    }
}
