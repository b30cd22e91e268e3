package dev.skein.hls.board;

/**
 * Coefficients of the energy estimate: power that is always drawn plus a charge for each event. An
 * estimate, not a measurement; the board file states where each comes from.
 *
 * @param staticW power of the idle, configured card
 * @param hbmPJPerByte physical HBM bytes, PHY and controller included
 * @param ddrPJPerByte physical DDR bytes
 * @param macPJ an int8 multiply-accumulate with its control
 * @param onChipPJPerByte a byte read from or written to an on-chip buffer
 */
public record Energy(double staticW, double hbmPJPerByte, double ddrPJPerByte, double macPJ,
        double onChipPJPerByte) {}
