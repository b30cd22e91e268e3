package dev.skein.compiler.frontend;

import dev.skein.hls.number.BlockFormat;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model in an HDF5 file of Skein's own layout, which {@code Hdf5ModelWriter} of the artifact
 * package writes, and which h5py and h5dump read.
 *
 * <pre>
 * /                     attribute skein_model_version: the integer 1
 * /model/               the files beside the weights, byte for byte
 *     config.json       uint8 [bytes]; as the other files of a Hugging Face folder
 *     tokenizer.json
 *     metadata.gguf     uint8 [bytes]; of a model converted from GGUF: its metadata, as a GGUF
 *                       file without tensors
 * /tensors/             one contiguous dataset a tensor, shape outermost first
 *     NAME              float32 [shape], or
 *                       uint16 [shape] with attribute format = "F16" or "BF16", or
 *                       uint8 [outer extents, bytes of a row] with attribute format = the name of
 *                       a {@link BlockFormat} of blocks
 * </pre>
 *
 * <p>All numbers are little-endian. Accepted is the part of HDF5 that this layout needs: superblock
 * version 2 or 3, version 2 object headers in one piece, compact hard links, contiguous data. The
 * rest is refused with a sentence, so that a hostile file finds little to play with; jhdf
 * interprets what has passed.
 */
public final class Hdf5Model implements TensorSource {
    /** Version of the layout. */
    public static final int VERSION = 1;
    /** The root's attribute that holds the version. */
    public static final String VERSION_ATTRIBUTE = "skein_model_version";
    /** A dataset's attribute that names its number format. */
    public static final String FORMAT_ATTRIBUTE = "format";


    private final Hdf5Tree tree;
    private final Hdf5Storage storage;
    private final ReaderLimits limits;
    private final Map<String, Hdf5Node.Extent> files = new LinkedHashMap<>();
    private final Map<String, TensorInfo> tensors;

    private Hdf5Model(MappedFile file, ReaderLimits limits) {
        this.limits = limits;
        tree = new Hdf5Tree(file, limits);
        storage = tree.storage();
        Hdf5Node root = tree.rootNode();
        Optional<Long> version = root.integerAttribute(VERSION_ATTRIBUTE);
        if (version.isEmpty() || version.get() != VERSION) {
            throw new FormatException(file.name(), root.header().address(),
                    "/ " + VERSION_ATTRIBUTE, version.map(String::valueOf).orElse("none"),
                    "a model file of this layout has version " + VERSION,
                    "write the file with this version of skein convert");
        }
        readFiles(child(root, "model"));
        tensors = Collections.unmodifiableMap(readTensors(child(root, "tensors")));
        tree.refuseOverlaps();
    }

    /**
     * Maps and checks a file.
     *
     * @throws FormatException if it breaks a rule of the format
     * @throws IOException if it is missing or unreadable
     */
    public static Hdf5Model open(Path path) throws IOException {
        return open(MappedFile.open(path), ReaderLimits.DEFAULT);
    }

    static Hdf5Model open(MappedFile file, ReaderLimits limits) {
        try {
            return new Hdf5Model(file, limits);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Names of the files kept beside the tensors, such as {@code config.json}. */
    public Set<String> files() {
        return Collections.unmodifiableSet(files.keySet());
    }

    /** One of the files kept beside the tensors, or empty. */
    public Optional<byte[]> file(String name) {
        return Optional.ofNullable(files.get(name)).map(extent -> storage.file().bytes()
                .asSlice(extent.offset(), extent.bytes()).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public String description() {
        return storage.file().name() + " (HDF5 model)";
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
        TensorData.read(storage.file(), tensor(name), elementOffset, dst, dstOffset, count);
    }

    @Override
    public void readBytes(String name, long byteOffset, byte[] dst, int dstOffset, int count) {
        TensorData.readBytes(storage.file(), tensor(name), byteOffset, dst, dstOffset, count);
    }

    @Override
    public void close() {
        storage.close();
    }

    private Hdf5Node child(Hdf5Node parent, String name) {
        Long address = parent.links().get(name);
        if (address == null) {
            throw parent.header().bad("link", "no " + name, "a model has /model and /tensors");
        }
        return tree.node("/" + name, address);
    }

    private void readFiles(Hdf5Node group) {
        for (Map.Entry<String, Long> link : group.links().entrySet()) {
            String path = "/model/" + link.getKey();
            Hdf5Node node = tree.node(path, link.getValue());
            long[] shape = node.shape();
            if (node.dataType().getSize() != 1 || shape.length != 1
                    || shape[0] > limits.jsonBytes()) {
                throw node.header().bad("dataset", node.dataType().getSize() * 8 + " bits of rank "
                        + shape.length, "it is uint8 of one dimension up to "
                        + limits.jsonBytes());
            }
            files.put(link.getKey(), tree.place(path + " data", node, shape[0]));
        }
    }

    private Map<String, TensorInfo> readTensors(Hdf5Node group) {
        List<TensorInfo> infos = new ArrayList<>();
        Map<String, Long> links = group.links();
        if (links.size() > limits.tensors()) {
            throw group.header().bad("links", links.size(), "at most " + limits.tensors()
                    + " tensors are accepted");
        }
        for (Map.Entry<String, Long> link : links.entrySet()) {
            infos.add(readTensor(link.getKey(),
                    tree.node("/tensors/" + link.getKey(), link.getValue())));
        }
        infos.sort(Comparator.comparingLong(TensorInfo::offset));
        Map<String, TensorInfo> inOrder = new LinkedHashMap<>();
        infos.forEach(info -> inOrder.put(info.name(), info));
        return inOrder;
    }

    private TensorInfo readTensor(String name, Hdf5Node node) {
        if (!node.isDataset()) {
            throw node.header().bad("object", "a group", "/tensors holds datasets alone");
        }
        BlockFormat format = format(node);
        long[] shape = node.shape();
        if (format.kind() == BlockFormat.Kind.BLOCK) {
            int inner = shape.length - 1;
            if (inner < 0 || shape[inner] % format.blockBytes() != 0) {
                throw node.header().bad("dataspace", Arrays.toString(shape), format
                        + " rows are whole blocks of " + format.blockBytes() + " bytes");
            }
            // More elements than bytes, so their product is checked as well.
            shape[inner] = shape[inner] / format.blockBytes() * format.blockElements();
        }
        long elements = Hdf5Node.product(node, shape);
        if (elements > Long.MAX_VALUE / format.blockBytes()) {
            throw node.header().bad("dataspace", elements + " elements",
                    "its bytes fit in 63 bits");
        }
        Hdf5Node.Extent extent = tree.place("tensor " + name, node, format.bytes(elements));
        return new TensorInfo(name, format, shape, extent.offset(), extent.bytes());
    }

    /** The number format that type and attribute state together. */
    private static BlockFormat format(Hdf5Node node) {
        DataType type = node.dataType();
        Optional<String> name = node.textAttribute(FORMAT_ATTRIBUTE);
        if (type instanceof FloatingPoint real && real.getSize() == 4 && isBinary32(real)
                && name.orElse("F32").equals("F32")) {
            return BlockFormat.F32;
        }
        Optional<BlockFormat> format = name.flatMap(BlockFormat::ofName);
        if (type instanceof FixedPoint whole && whole.getByteOrder() == ByteOrder.LITTLE_ENDIAN
                && format.isPresent() && whole.getSize() == storedBytes(format.get())) {
            return format.get();
        }
        throw node.header().bad("type", type.getClass().getSimpleName() + " of " + type.getSize()
                + " bytes, format " + name.orElse("not stated"), "it is little-endian float32, or"
                + " uint16 of format F16 or BF16, or uint8 of a block format");
    }

    /** Element size of the dataset that holds a format; 0 for formats that are not kept so. */
    public static int storedBytes(BlockFormat format) {
        return switch (format.kind()) {
            case BLOCK -> 1;
            case FLOAT -> format.blockBytes() == 2 ? 2 : 0;
            case RAW -> 0;
        };
    }

    private static boolean isBinary32(FloatingPoint real) {
        return real.getByteOrder() == ByteOrder.LITTLE_ENDIAN && real.getBitPrecision() == 32
                && real.getExponentLocation() == 23 && real.getExponentSize() == 8
                && real.getMantissaLocation() == 0 && real.getMantissaSize() == 23
                && real.getExponentBias() == 127;
    }
}
