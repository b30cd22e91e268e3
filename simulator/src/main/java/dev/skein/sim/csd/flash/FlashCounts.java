package dev.skein.sim.csd.flash;

/**
 * What an array has done since it was opened.
 *
 * @param reads pages read
 * @param retries reads repeated
 * @param programs pages programmed
 * @param erases blocks erased
 * @param failedPrograms programs that made a block bad
 */
public record FlashCounts(long reads, long retries, long programs, long erases,
        long failedPrograms) {
}
