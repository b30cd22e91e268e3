package dev.skein.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A small model that comes with Skein, as a Hugging Face folder. */
public final class BundledModel implements AutoCloseable {
    /** The dense one. */
    public static final String TALES = "tales";

    /** The same, fine-tuned with sparse weights of few bits and block-sparse attention. */
    public static final String TALES_SPARSE = "tales-sparse";

    /** All that come with Skein. */
    public static final List<String> NAMES = List.of(TALES, TALES_SPARSE);

    private static final List<String> FILES = List.of("config.json", "tokenizer.json",
            "tokenizer_config.json", "model.safetensors");
    private static final Map<String, BundledModel> OPEN = new HashMap<>();

    private final Path root;
    private final String name;

    private BundledModel(Path root, String name) {
        this.root = root;
        this.name = name;
    }

    /** {@link #extract(String)} of the dense one. */
    public static BundledModel extract() throws IOException {
        return extract(TALES);
    }

    /**
     * Writes a model's files to a temporary folder, removed by {@link #close}.
     *
     * @param name one of {@link #NAMES}
     */
    public static BundledModel extract(String name) throws IOException {
        BundledModel model = new BundledModel(Files.createTempDirectory("skein-model"), name);
        try {
            Files.createDirectory(model.folder());
            for (String file : FILES) {
                try (InputStream in = BundledModel.class.getResourceAsStream(
                        "models/" + name + "/" + file)) {
                    if (in == null) {
                        throw new IOException("this build lacks " + file + " of the bundled model "
                                + name + ": build it again with ./skein");
                    }
                    Files.copy(in, model.folder().resolve(file));
                }
            }
            return model;
        } catch (IOException e) {
            model.close();
            throw e;
        }
    }

    /**
     * What to open for a name or path given by a user: the folder of a bundled model for its name
     * unless there is a file of that name, else the same again. The folder is removed when the
     * process ends.
     */
    public static String resolve(String spec) throws IOException {
        if (!NAMES.contains(spec) || Files.exists(Path.of(spec))) {
            return spec;
        }
        synchronized (OPEN) {
            BundledModel model = OPEN.get(spec);
            if (model == null) {
                model = extract(spec);
                OPEN.put(spec, model);
                Runtime.getRuntime().addShutdownHook(new Thread(model::remove));
            }
            return model.folder().toString();
        }
    }

    /** The folder; its name is the model's. */
    public Path folder() {
        return root.resolve(name);
    }

    @Override
    public void close() throws IOException {
        for (String file : FILES) {
            Files.deleteIfExists(folder().resolve(file));
        }
        Files.deleteIfExists(folder());
        Files.deleteIfExists(root);
    }

    private void remove() {
        try {
            close();
        } catch (IOException e) {
            // A file that is still mapped can not be removed everywhere; the system clears /tmp.
            root.toFile().deleteOnExit();
        }
    }
}
