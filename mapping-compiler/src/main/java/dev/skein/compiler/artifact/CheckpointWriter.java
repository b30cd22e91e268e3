package dev.skein.compiler.artifact;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.frontend.CompressedTensors;
import dev.skein.compiler.frontend.ModelTensor;
import dev.skein.compiler.frontend.model.ModelHeader;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Writes a compressed checkpoint: a folder with the files that describe the model and {@code
 * model.safetensors}, laid out as {@link CompressedTensors} reads it, all tensors under the names
 * of {@link ModelTensor}. The folder appears when it is
 * complete.
 */
public final class CheckpointWriter {
    private static final int ALIGN = 8;
    /** Elements of a plain tensor read at a time. */
    private static final int PIECE = 1 << 22;

    /**
     * A tensor of the file.
     *
     * @param ref its shape
     * @param format of a compressed matrix; null of a tensor of binary32
     */
    private record Entry(String name, WeightRef ref, WeightFormat format) {
        long bytes() {
            return format == null ? 4 * ref.elements()
                    : new PackedMatrix(format, ref.rows(), ref.cols()).bytes();
        }
    }

    private final Weights weights;
    private final List<Entry> entries;
    private final IntConsumer progress;

    private CheckpointWriter(Weights weights, List<Entry> entries, IntConsumer progress) {
        this.weights = weights;
        this.entries = entries;
        this.progress = progress;
    }

    /**
     * Writes a folder.
     *
     * @param folder must not exist
     * @param quantised the model's graph with weight formats
     * @param weights values, compressed in these formats
     * @param method said of the compression to people
     * @param progress is told the bytes of each piece that is written
     */
    public static void write(Path folder, ModelHeader header, Graph quantised, Weights weights,
            QuantScheme scheme, String method, IntConsumer progress) throws IOException {
        List<Entry> entries = entries(header, quantised);
        Path absolute = folder.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        if (Files.exists(absolute) || parent == null) {
            throw new IOException(folder + " exists: name a folder that does not, or remove it");
        }
        if (!Files.isDirectory(parent)) {
            throw new IOException(folder + ": there is no folder " + parent + "; create it first");
        }
        Path temporary = Files.createDirectory(parent.resolve("." + absolute.getFileName() + "."
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()) + ".tmp"));
        try {
            for (Map.Entry<String, byte[]> file : header.files().entrySet()) {
                Files.write(temporary.resolve(file.getKey()), file.getValue());
            }
            ObjectNode metadata = new ObjectMapper().createObjectNode();
            metadata.put(CompressedTensors.SCHEME, scheme.toString());
            metadata.put("skein.method", method);
            new CheckpointWriter(weights, entries, progress)
                    .write(temporary.resolve("model.safetensors"), metadata);
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            remove(temporary);
        }
    }

    private static void remove(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static List<Entry> entries(ModelHeader header, Graph quantised) {
        Map<String, Op.Linear> linears = new HashMap<>();
        Set<String> plain = new HashSet<>();
        for (Node node : quantised.nodes()) {
            for (WeightRef ref : node.op().weights()) {
                if (node.op() instanceof Op.Linear linear && ref.equals(linear.weight())) {
                    linears.put(ref.name(), linear);
                } else {
                    plain.add(ref.name());
                }
            }
        }
        List<Entry> entries = new ArrayList<>();
        for (ModelTensor tensor : ModelTensor.of(header.config())) {
            int cols = tensor.shape().getLast();
            var ref = new WeightRef(tensor.name(),
                    tensor.shape().size() == 1 ? 1 : tensor.shape().getFirst(), cols);
            if (plain.contains(tensor.name())) {
                entries.add(new Entry(tensor.name(), ref, null));
            }
            Op.Linear linear = linears.get(tensor.name());
            if (linear != null) {
                entries.add(new Entry(tensor.name() + CompressedTensors.SUFFIX, linear.weight(),
                        linear.format().orElseThrow()));
            }
        }
        return entries;
    }

    private void write(Path file, ObjectNode metadata) throws IOException {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.set("__metadata__", metadata);
        long at = 0;
        for (Entry entry : entries) {
            if (entry.format() != null) {
                metadata.put(entry.name(), entry.format() + " [" + entry.ref().rows() + ", "
                        + entry.ref().cols() + "]");
            }
            ObjectNode tensor = json.putObject(entry.name());
            tensor.put("dtype", entry.format() == null ? "F32" : "U8");
            var shape = tensor.putArray("shape");
            if (entry.format() != null) {
                shape.add(entry.bytes());
            } else if (entry.ref().rows() == 1) {
                shape.add(entry.ref().cols());
            } else {
                shape.add(entry.ref().rows()).add(entry.ref().cols());
            }
            tensor.putArray("data_offsets").add(at).add(at + entry.bytes());
            at += entry.bytes();
        }
        String header = json.toString();
        int padding = Math.floorMod(-header.getBytes(StandardCharsets.UTF_8).length, ALIGN);
        byte[] text = (header + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
            put(channel, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(0, text.length));
            put(channel, ByteBuffer.wrap(text));
            for (Entry entry : entries) {
                if (entry.format() == null) {
                    floats(channel, entry.ref());
                } else {
                    matrix(channel, entry);
                }
            }
            channel.force(true);
        }
    }

    private void floats(FileChannel channel, WeightRef ref) throws IOException {
        int step = Math.max(1, PIECE / ref.cols());
        for (int row = 0; row < ref.rows(); row += step) {
            int rows = Math.min(step, ref.rows() - row);
            float[] values = new float[rows * ref.cols()];
            weights.readRows(ref, row, rows, values);
            put(channel, values);
        }
    }

    private void matrix(FileChannel channel, Entry entry) throws IOException {
        WeightRef ref = entry.ref();
        put(channel, ByteBuffer.wrap(new PackedMatrix(entry.format(), ref.rows(), ref.cols()).pack(
                weights.quantised(ref, entry.format(), 0, ref.rows()))));
    }

    private void put(FileChannel channel, float[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        put(channel, bytes);
    }

    private void put(FileChannel channel, ByteBuffer bytes) throws IOException {
        int size = bytes.remaining();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        progress.accept(size);
    }
}
