package dev.skein.compiler.frontend.model;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.Bitmask24Source;
import dev.skein.compiler.frontend.CompressedTensors;
import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.GgufFile;
import dev.skein.compiler.frontend.Hdf5Model;
import dev.skein.compiler.frontend.ModelCatalogue;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.ModelWeights;
import dev.skein.compiler.frontend.Naming;
import dev.skein.compiler.frontend.ReaderLimits;
import dev.skein.compiler.frontend.SafetensorsFile;
import dev.skein.compiler.frontend.SafetensorsShards;
import dev.skein.compiler.frontend.TensorNames;
import dev.skein.compiler.frontend.TensorSource;
import dev.skein.compiler.ir.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A model as it was published: GGUF file, Hugging Face folder, HDF5 model file, or a name of the
 * catalogue, which has a shape and no weights. Kinds are told by content, not by the file's name.
 *
 * @param header configuration and tokenizer
 * @param source the tensors; empty for a model of the catalogue
 * @param container how the tensors are named
 */
public record Model(ModelHeader header, Optional<TensorSource> source, Naming.Container container)
        implements AutoCloseable {
    private static final String SAFETENSORS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    /**
     * Opens a model.
     *
     * @param spec path or name of the catalogue; an existing path wins
     * @throws FormatException if a file breaks a rule of its format
     * @throws IOException if a file is missing or unreadable
     */
    public static Model open(String spec) throws IOException {
        Path path = Path.of(spec);
        if (Files.isDirectory(path)) {
            return folder(path);
        }
        if (Files.exists(path)) {
            return file(path);
        }
        if (ModelCatalogue.find(spec).isPresent() || !looksLikePath(spec)) {
            return new Model(ModelHeader.of(ModelCatalogue.config(spec)), Optional.empty(),
                    Naming.Container.HUGGING_FACE);
        }
        throw new NoSuchFileException(spec + ": no such file or folder: name a GGUF or HDF5 file, a"
                + " folder with config.json and model.safetensors, or a model of the catalogue");
    }

    private static boolean looksLikePath(String spec) {
        String lower = spec.toLowerCase(Locale.ROOT);
        return spec.contains("/") || lower.endsWith(".gguf") || lower.endsWith(".h5")
                || lower.endsWith(".safetensors") || lower.endsWith(".hdf5");
    }

    private static Model folder(Path folder) throws IOException {
        if (!Files.exists(folder.resolve(ModelHeader.CONFIG))
                && !Files.exists(folder.resolve(ModelHeader.GGUF))) {
            throw new FormatException(folder.toString(), 0, ModelHeader.CONFIG, "none",
                    "a model's folder has one", "name the folder of the model's files");
        }
        Map<String, byte[]> files = new HashMap<>();
        for (String name : ModelHeader.NAMES) {
            if (Files.exists(folder.resolve(name))) {
                files.put(name, bounded(folder.resolve(name)));
            }
        }
        ModelHeader header = ModelHeader.parse(folder.toString(), nameOf(folder), files);
        Optional<TensorSource> tensors = tensors(folder);
        try {
            return new Model(header, tensors, Naming.Container.HUGGING_FACE).validated(
                    folder.toString());
        } catch (RuntimeException e) {
            tensors.ifPresent(TensorSource::close);
            throw e;
        }
    }

    private static byte[] bounded(Path file) throws IOException {
        long size = Files.size(file);
        if (size > ReaderLimits.DEFAULT.jsonBytes()) {
            throw new FormatException(file.toString(), 0, "size", size + " bytes",
                    "at most " + ReaderLimits.DEFAULT.jsonBytes() + " are read",
                    "check that this is the file you mean");
        }
        return Files.readAllBytes(file);
    }

    private static Optional<TensorSource> tensors(Path folder) throws IOException {
        if (Files.exists(folder.resolve(INDEX))) {
            return Optional.of(Bitmask24Source.of(
                    SafetensorsShards.open(folder.resolve(INDEX))));
        }
        if (Files.exists(folder.resolve(SAFETENSORS))) {
            return Optional.of(Bitmask24Source.of(CompressedTensors.of(
                    SafetensorsFile.open(folder.resolve(SAFETENSORS)))));
        }
        return Optional.empty();
    }

    private static Model file(Path path) throws IOException {
        byte[] magic = new byte[8];
        int n;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            n = channel.read(ByteBuffer.wrap(magic));
        }
        if (n >= 4 && magic[0] == 'G' && magic[1] == 'G' && magic[2] == 'U' && magic[3] == 'F') {
            return gguf(path);
        }
        if (n >= 4 && (magic[0] & 0xff) == 0x89 && magic[1] == 'H' && magic[2] == 'D'
                && magic[3] == 'F') {
            return hdf5(path);
        }
        String name = String.valueOf(path.getFileName());
        if (name.endsWith(".safetensors") || name.endsWith(".json")) {
            Path parent = path.toAbsolutePath().getParent();
            return folder(parent);
        }
        throw new FormatException(path.toString(), 0, "magic", n < 4 ? "a file of " + Math.max(n, 0)
                + " bytes" : String.format("%02x %02x %02x %02x", magic[0], magic[1], magic[2],
                magic[3]), "a model file begins with GGUF or \\x89HDF",
                "name a GGUF or HDF5 file, or the folder of config.json and model.safetensors");
    }

    private static Model gguf(Path path) throws IOException {
        GgufFile file = GgufFile.open(path);
        try {
            ModelHeader header = ModelHeader.parse(path.toString(), nameOf(path),
                    ModelHeader.filesOf(file));
            return new Model(header, Optional.of(file), Naming.Container.GGUF)
                    .validated(path.toString());
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Model hdf5(Path path) throws IOException {
        Hdf5Model file = Hdf5Model.open(path);
        try {
            Map<String, byte[]> files = new HashMap<>();
            for (String name : file.files()) {
                files.put(name, file.file(name).orElseThrow());
            }
            ModelHeader header = ModelHeader.parse(path.toString(), nameOf(path), files);
            Naming.Container container = files.containsKey(ModelHeader.GGUF)
                    ? Naming.Container.GGUF : Naming.Container.HUGGING_FACE;
            return new Model(header, Optional.of(file), container).validated(path.toString());
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static String nameOf(Path path) {
        String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 && !Files.isDirectory(path) ? name.substring(0, dot) : name;
    }

    private Model validated(String file) {
        source.ifPresent(s -> names(s).validate(file, s.tensors()));
        return this;
    }

    private TensorNames names(TensorSource tensors) {
        return TensorNames.of(config(), container, tensors.tensors().keySet());
    }

    /** Its configuration. */
    public ModelConfig config() {
        return header.config();
    }

    /**
     * Its weights, read on demand.
     *
     * @throws IllegalArgumentException if it has none
     */
    public Weights weights() {
        TensorSource tensors = source.orElseThrow(() -> new IllegalArgumentException("model "
                + config().name() + " has a shape and no weights: name a model file, or use"
                + " skein simulate, which needs none"));
        return new ModelWeights(config(), tensors, names(tensors));
    }

    /** The scheme that its weights have in the file; empty if they are not compressed. */
    public Optional<QuantScheme> scheme() {
        return source.filter(CompressedTensors.class::isInstance)
                .map(s -> ((CompressedTensors) s).scheme());
    }

    @Override
    public void close() {
        source.ifPresent(TensorSource::close);
    }
}
