/**
 * What a board's overlay takes of its device, before synthesis: an estimate of LUT, FF, BRAM36,
 * URAM and DSP for every part and SLR, from the structure a board file describes.
 * {@link dev.skein.hls.board.resource.ResourceModel} has the formulas; DSP, URAM and BRAM36 are
 * counted from structure alone, LUT and FF use coefficients of the device family
 * ({@link dev.skein.hls.board.Technology}) whose files say what each was calibrated on.
 * {@link dev.skein.hls.board.resource.FitCheck} refuses what does not fit and names what would.
 */
package dev.skein.hls.board.resource;
