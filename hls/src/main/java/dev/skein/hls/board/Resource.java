package dev.skein.hls.board;

/** What an FPGA is made of, in the units data sheets count. */
public enum Resource {
    /** 6-input look-up tables. */
    LUT,
    /** Flip-flops. */
    FF,
    /** Block RAMs of 36 Kb; half of one counts as one. */
    BRAM36,
    /** UltraRAMs of 288 Kb. */
    URAM,
    /** DSP48E2 or DSP58. */
    DSP
}
