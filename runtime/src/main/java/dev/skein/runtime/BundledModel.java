package dev.skein.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The small model that comes with Skein, as a Hugging Face folder. */
public final class BundledModel implements AutoCloseable {
    private static final List<String> FILES = List.of("config.json", "tokenizer.json",
            "tokenizer_config.json", "model.safetensors");

    private final Path root;

    private BundledModel(Path root) {
        this.root = root;
    }

    /** Writes the model's files to a temporary folder, removed by {@link #close}. */
    public static BundledModel extract() throws IOException {
        BundledModel model = new BundledModel(Files.createTempDirectory("skein-model"));
        try {
            Files.createDirectory(model.folder());
            for (String name : FILES) {
                try (InputStream in = BundledModel.class.getResourceAsStream(
                        "models/tales/" + name)) {
                    if (in == null) {
                        throw new IOException("this build lacks the bundled model's " + name
                                + ": build it again with ./skein");
                    }
                    Files.copy(in, model.folder().resolve(name));
                }
            }
            return model;
        } catch (IOException e) {
            model.close();
            throw e;
        }
    }

    /** The folder; its name is the model's. */
    public Path folder() {
        return root.resolve("tales");
    }

    @Override
    public void close() throws IOException {
        for (String name : FILES) {
            Files.deleteIfExists(folder().resolve(name));
        }
        Files.deleteIfExists(folder());
        Files.deleteIfExists(root);
    }
}
