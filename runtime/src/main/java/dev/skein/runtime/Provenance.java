package dev.skein.runtime;

import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.frontend.model.ModelHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where a compiled model comes from: what it was made of and how, and nothing of the machine, so
 * that the same sources give the same artifact anywhere.
 */
public final class Provenance {
    private static final int CHUNK_BYTES = 1 << 20;

    private final Map<String, String> fields = new TreeMap<>();

    /** Of a model; its name alone. */
    public Provenance(Model model) {
        put("model", model.config().name());
    }

    /** States a fact by name. */
    public Provenance put(String name, String value) {
        fields.put(name, value);
        return this;
    }

    /**
     * States the SHA-256 of a file, or of each model file of a folder: {@code sha256 NAME}.
     *
     * @throws IOException if one cannot be read
     */
    public Provenance hash(Path source) throws IOException {
        for (Path file : files(source)) {
            put("sha256 " + file.getFileName(), sha256(file));
        }
        return this;
    }

    /** All facts, by name. */
    public Map<String, String> fields() {
        return Map.copyOf(fields);
    }

    private static List<Path> files(Path source) throws IOException {
        if (!Files.isDirectory(source)) {
            return List.of(source);
        }
        try (Stream<Path> all = Files.list(source)) {
            return all.filter(Files::isRegularFile).filter(p -> {
                String name = p.getFileName().toString();
                return ModelHeader.NAMES.contains(name) || name.endsWith(".safetensors")
                        || name.endsWith(".safetensors.index.json");
            }).toList();
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                digest.update(chunk, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
