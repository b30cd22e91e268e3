package dev.skein.runtime;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the test data folder that is beside some checkouts and part of none. */
public final class SharedData {
    private SharedData() {
    }

    /** A file of the folder; the test is skipped, by this name, where there is none. */
    public static Path file(String name) {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            Path data = p.resolve("shared/data").resolve(name);
            if (Files.exists(data)) {
                return data;
            }
        }
        return abort("shared/data/" + name + " is not beside this checkout");
    }
}
