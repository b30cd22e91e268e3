package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.skein.compiler.gpu.KernelSources;
import dev.skein.compiler.gpu.Precision;

/**
 * An error in the source of the fast mode, which a test of a tolerance has to find.
 *
 * @param name for messages
 * @param right text that is in the source
 * @param wrong what takes its place
 */
record Planted(String name, String right, String wrong) {

    /** The source with the error in it. */
    String source() {
        String whole = KernelSources.of(Precision.FAST);
        String source = whole.replace(right, wrong);
        assertNotEquals(whole, source, name + ": not in the source any more");
        return source;
    }
}
