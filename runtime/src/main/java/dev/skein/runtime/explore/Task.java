package dev.skein.runtime.explore;

/**
 * One candidate, with all that is needed to evaluate it anywhere and at any time.
 *
 * @param index position in the search, from 0
 * @param seed of this candidate alone, made from the search's seed and the index
 * @param design what is built
 * @param workload what it is measured on
 */
public record Task(int index, long seed, Design design, Workload workload) {

    /**
     * What designs are measured on.
     *
     * @param board name or path of the board file the designs change
     * @param model name in the catalogue, file or folder
     * @param weights weight format
     * @param context tokens in the cache after the decode step; the prompt of the prefill
     */
    public record Workload(String board, String model, String weights, int context) {}
}
