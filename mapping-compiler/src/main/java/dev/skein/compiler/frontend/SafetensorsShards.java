package dev.skein.compiler.frontend;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model in several safetensors files that {@code model.safetensors.index.json} lists: its
 * {@code weight_map} says for each tensor which file of the same folder holds it.
 */
public final class SafetensorsShards implements TensorSource {
    private final Path index;
    private final ReaderLimits limits;
    private final Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
    private final Map<String, SafetensorsFile> owners = new LinkedHashMap<>();
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

    private SafetensorsShards(Path index, ReaderLimits limits) {
        this.index = index;
        this.limits = limits;
    }

    /**
     * Maps and checks the index and every file it names.
     *
     * @throws FormatException if one of them breaks a rule of its format
     * @throws IOException if one is unreadable
     */
    public static SafetensorsShards open(Path index) throws IOException {
        return open(index, ReaderLimits.DEFAULT);
    }

    static SafetensorsShards open(Path index, ReaderLimits limits) throws IOException {
        return open(index, JsonFields.read(index, limits), limits);
    }

    /** As it would be if {@code index} held {@code content}. */
    static SafetensorsShards open(Path index, JsonFields content, ReaderLimits limits)
            throws IOException {
        SafetensorsShards model = new SafetensorsShards(index, limits);
        try {
            model.load(content.object("weight_map"));
            return model;
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private void load(JsonFields weightMap) throws IOException {
        for (Map.Entry<String, JsonNode> entry : weightMap.fields()) {
            String name = entry.getKey();
            SafetensorsFile shard = shard(weightMap, name, weightMap.string(name));
            TensorInfo info = shard.find(name).orElseThrow(() -> weightMap.error(name,
                    "a tensor that " + weightMap.string(name) + " does not hold",
                    "the index tells which file holds it", "fetch index and files again"));
            owners.put(name, shard);
            tensors.put(name, info);
        }
        if (tensors.isEmpty()) {
            throw weightMap.error("weight_map", "no tensors", "it names the model's tensors",
                    "fetch the index again");
        }
    }

    private SafetensorsFile shard(JsonFields weightMap, String name, String fileName)
            throws IOException {
        SafetensorsFile known = shards.get(fileName);
        if (known != null) {
            return known;
        }
        if (fileName.isEmpty() || fileName.startsWith(".")
                || fileName.chars().anyMatch(c -> c == '/' || c == '\\' || c < ' ')) {
            throw weightMap.error(name, fileName, "a shard is a plain file name in the index's"
                    + " own folder", "do not use this model: its index points elsewhere");
        }
        if (shards.size() >= limits.shards()) {
            throw weightMap.error(name, fileName, "at most " + limits.shards()
                    + " shards are accepted", "merge the shards");
        }
        Path path = index.resolveSibling(fileName);
        if (!Files.isRegularFile(path)) {
            throw weightMap.error(name, fileName + ", which is not in the folder",
                    "every shard must be there", "fetch the missing file");
        }
        SafetensorsFile shard = SafetensorsFile.open(MappedFile.open(path), limits);
        shards.put(fileName, shard);
        return shard;
    }

    @Override
    public String description() {
        return index + " (safetensors, " + shards.size() + " files)";
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public boolean hasData() {
        return true;
    }

    @Override
    public void readFloats(String name, long elementOffset, float[] dst, int dstOffset, int count) {
        tensor(name);
        owners.get(name).readFloats(name, elementOffset, dst, dstOffset, count);
    }

    @Override
    public void readBytes(String name, long byteOffset, byte[] dst, int dstOffset, int count) {
        tensor(name);
        owners.get(name).readBytes(name, byteOffset, dst, dstOffset, count);
    }

    @Override
    public void close() {
        shards.values().forEach(SafetensorsFile::close);
    }
}
