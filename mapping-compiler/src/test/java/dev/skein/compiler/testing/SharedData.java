package dev.skein.compiler.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder {@code shared/data} beside the clone; tests that need it skip where it is absent. */
public final class SharedData {
    private SharedData() {
    }

    /** A file of the folder; aborts the test, naming the file, if it is absent. */
    public static Path file(String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isDirectory(folder.resolve("shared/data"))) {
            folder = folder.getParent();
        }
        Path file = folder == null ? null : folder.resolve("shared/data").resolve(name);
        assumeTrue(file != null && Files.exists(file), "test data shared/data/" + name
                + " is absent");
        return file;
    }

    /** A file of little-endian binary32. */
    public static float[] floats(String name) {
        try {
            byte[] bytes = Files.readAllBytes(file(name));
            float[] values = new float[bytes.length / 4];
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
