package dev.skein.compiler.frontend;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;

/**
 * One safetensors file. Weights in F32, F16 and BF16 are read; tensors of other types are listed,
 * and reading them is refused with a sentence.
 *
 * <p>Source: the safetensors format description. As there, the header has at most 100,000,000
 * bytes, names stand once, and the tensors cover the data section without holes or overlaps.
 */
public final class SafetensorsFile implements TensorSource {
    private final MappedFile file;
    private final Map<String, String> metadata;
    private final Map<String, TensorInfo> tensors;

    private SafetensorsFile(MappedFile file, ReaderLimits limits) {
        this.file = file;
        SafetensorsHeader header = new SafetensorsHeader(file, limits);
        metadata = Collections.unmodifiableMap(header.metadata);
        tensors = Collections.unmodifiableMap(header.tensors);
    }

    /**
     * Maps and checks a file.
     *
     * @throws FormatException if it breaks a rule of the format
     * @throws IOException if it is missing or unreadable
     */
    public static SafetensorsFile open(Path path) throws IOException {
        return open(MappedFile.open(path), ReaderLimits.DEFAULT);
    }

    static SafetensorsFile open(MappedFile file, ReaderLimits limits) {
        try {
            return new SafetensorsFile(file, limits);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** The header's {@code __metadata__}; usually {@code format = pt}. */
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public String description() {
        return file.name() + " (safetensors)";
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return tensors;
    }

    @Override
    public boolean hasData() {
        return true;
    }

    @Override
    public void readFloats(String name, long elementOffset, float[] dst, int dstOffset, int count) {
        TensorData.read(file, tensor(name), elementOffset, dst, dstOffset, count);
    }

    @Override
    public void readBytes(String name, long byteOffset, byte[] dst, int dstOffset, int count) {
        TensorData.readBytes(file, tensor(name), byteOffset, dst, dstOffset, count);
    }

    @Override
    public void close() {
        file.close();
    }
}
