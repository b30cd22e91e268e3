package dev.skein.sim.gpu;

import dev.skein.hls.board.gpu.Gpu;

/** How wide the dense weights that a kernel reads are: narrow ones cost more than their bytes. */
public enum WeightWidth {
    /** FP16, or no weights. */
    WIDE,
    /** Eight bits. */
    BYTE,
    /** Fewer bits, to be unpacked. */
    PACKED;

    /** Part of the memory bandwidth that dense kernels reach, percent. */
    double memoryPercent(Gpu.Reach reach) {
        return switch (this) {
            case WIDE -> reach.memory();
            case BYTE -> reach.memory8();
            case PACKED -> reach.memory4();
        };
    }
}
