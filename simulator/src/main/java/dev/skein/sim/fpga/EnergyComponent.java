package dev.skein.sim.fpga;

/** What energy is charged to, and the keys of the board file that hold its coefficients. */
public enum EnergyComponent {
    /** The idle, configured card for the time of the run. */
    STATIC("static", "energy.static_W"),
    /** Bytes of weights, KV cache and parameters. */
    HBM("hbm", "energy.hbm_pJPerByte"),
    /** Bytes of tables, token ids and logits. */
    DDR("ddr", "energy.ddr_pJPerByte"),
    /** Multiply-accumulates. */
    MPE("mpe", "energy.mac_pJ"),
    /** Elements through the lanes. */
    SFU("sfu", "energy.sfu_pJ"),
    /** Bytes read from and written to on-chip buffers. */
    BUFFERS("buffers", "energy.onChip_pJPerByte"),
    /** Instructions: dispatched, and their bytes from memory. */
    FETCH("fetch", "energy.instruction_pJ");

    private final String text;
    private final String key;

    EnergyComponent(String text, String key) {
        this.text = text;
        this.key = key;
    }

    /** For reports and JSON. */
    public String text() {
        return text;
    }

    /** The key in board files; the comment above it there states the source of the value. */
    public String key() {
        return key;
    }
}
