package dev.skein.sim.fpga;

/** What limits a run. */
public enum Bound {
    /** Data rate of an HBM pseudo-channel. */
    HBM("HBM bandwidth"),
    /** Data rate of a DDR channel. */
    DDR("DDR bandwidth"),
    /** Matrix processing engine. */
    MPE("MPE"),
    /** Special function unit. */
    SFU("SFU"),
    /** Broadcasts and barriers. */
    SYS("links between cores"),
    /** None of them is busy half of the time: dependencies, latencies, dispatch. */
    LATENCY("latency and dependencies");

    private final String text;

    Bound(String text) {
        this.text = text;
    }

    /** For reports. */
    public String text() {
        return text;
    }
}
