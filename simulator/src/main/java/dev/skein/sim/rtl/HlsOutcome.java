package dev.skein.sim.rtl;

/**
 * What a step on the HLS kernels ended with.
 *
 * @param fault 0 if it ran to its end, else a number of {@code fault.h}
 * @param core where the fault was found
 * @param instruction in its stream; -1 if it was none
 * @param detail an address, a row number or a value
 * @param instructions executed on all cores, those of the sequencers included
 */
public record HlsOutcome(long fault, int core, int instruction, long detail, long instructions) {

    /** Why it stopped, one clause. */
    public String text() {
        return HlsFault.of(fault).text(detail);
    }
}
