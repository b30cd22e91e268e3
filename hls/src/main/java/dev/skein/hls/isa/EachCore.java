package dev.skein.hls.isa;

import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Does something for all cores at once; what it says does not depend on the order. */
final class EachCore {
    private EachCore() {}

    /**
     * Runs {@code work} for cores 0 to {@code cores - 1} in parallel.
     *
     * @throws ProgramException the one of the lowest core that failed
     */
    static void run(int cores, IntConsumer work) {
        IntStream.range(0, cores).parallel().mapToObj(core -> attempt(core, work))
                .filter(Objects::nonNull).findFirst().ifPresent(e -> {
                    throw e;
                });
    }

    private static ProgramException attempt(int core, IntConsumer work) {
        try {
            work.accept(core);
            return null;
        } catch (ProgramException e) {
            return e;
        }
    }
}
