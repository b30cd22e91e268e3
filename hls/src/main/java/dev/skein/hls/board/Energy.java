package dev.skein.hls.board;

/**
 * Coefficients of the energy estimate: power that is always drawn plus a charge for each event. An
 * estimate, not a measurement; the board file states where each comes from.
 *
 * @param staticW power of the idle, configured card
 * @param hbmPJPerByte physical HBM bytes, PHY and controller included
 * @param ddrPJPerByte physical DDR bytes
 * @param macPJ an int8 multiply-accumulate with its control
 * @param sfuPJ one lane of the SFU for one cycle: a binary32 operation with its control
 * @param onChipPJPerByte a byte read from or written to an on-chip buffer
 * @param instructionPJ fetching from the buffer, decoding and dispatching one instruction; the
 *     bytes that fetch reads off chip are charged as those of their memory
 */
public record Energy(double staticW, double hbmPJPerByte, double ddrPJPerByte, double macPJ,
        double sfuPJ, double onChipPJPerByte, double instructionPJ) {}
