package dev.skein.compiler.frontend;

import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.StringData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Groups and datasets of an HDF5 file in the narrow subset that Skein writes: superblock version 2
 * or 3, version 2 object headers in one piece, compact hard links, contiguous data. Each object is
 * linked once, and what all of them take is held against the file and a budget.
 */
public final class Hdf5Tree {
    private static final String WRITE_AGAIN = "write the file again with skein";

    private final Hdf5Storage storage;
    private final ReaderLimits limits;
    /** What is taken so far, to find objects and data that overlap. */
    private final List<Taken> taken = new ArrayList<>();
    private final Set<Long> addresses = new HashSet<>();
    private long budgetBytes;

    private record Taken(String name, long begin, long end) {
    }

    /** Checks the superblock. */
    Hdf5Tree(MappedFile file, ReaderLimits limits) {
        this.limits = limits;
        storage = new Hdf5Storage(file);
        budgetBytes = Math.min(limits.hdf5MetadataBytes(), file.size());
        taken.add(new Taken("the superblock", 0, Hdf5Storage.superblockBytes()));
    }

    /**
     * The tree of a file's bytes.
     *
     * @param file the file as the user named it, for messages
     * @throws FormatException if the superblock breaks a rule
     */
    public static Hdf5Tree of(String file, MemorySegment bytes, ReaderLimits limits) {
        return new Hdf5Tree(new MappedFile(file, Arena.global(), bytes), limits);
    }

    /** The root group. */
    public Group root() {
        return new Group("", rootNode());
    }

    /** The file beneath. */
    Hdf5Storage storage() {
        return storage;
    }

    Hdf5Node rootNode() {
        return node("/", storage.rootAddress());
    }

    /** The object at an address that has not been read yet. */
    Hdf5Node node(String path, long address) {
        if (!addresses.add(address)) {
            throw new FormatException(storage.file().name(), address, path,
                    "an object that another link leads to", "each object is linked once",
                    WRITE_AGAIN);
        }
        Hdf5Header header = new Hdf5Header(storage, limits, path, address, budgetBytes);
        budgetBytes -= header.end() - header.address();
        taken.add(new Taken(path, header.address(), header.end()));
        return new Hdf5Node(header);
    }

    /** Where a dataset's bytes lie; {@code bytes} is what its type and shape ask for. */
    Hdf5Node.Extent place(String what, Hdf5Node node, long bytes) {
        Hdf5Node.Extent extent = node.extent(storage.size(), bytes);
        if (bytes > 0) {
            taken.add(new Taken(what, extent.offset(), extent.offset() + bytes));
        }
        return extent;
    }

    /**
     * To be called when all has been read.
     *
     * @throws FormatException if any two objects or data share bytes
     */
    public void refuseOverlaps() {
        taken.sort(Comparator.comparingLong(Taken::begin));
        for (int i = 1; i < taken.size(); i++) {
            Taken before = taken.get(i - 1);
            Taken now = taken.get(i);
            if (now.begin() < before.end()) {
                throw new FormatException(storage.file().name(), now.begin(), now.name(),
                        "bytes inside " + before.name(), "objects and data must not overlap",
                        WRITE_AGAIN);
            }
        }
    }

    /** A group; each child can be read once. Broken rules leave as {@link FormatException}. */
    public final class Group {
        private final String path;
        private final Hdf5Node node;
        private final Map<String, Long> links;

        private Group(String path, Hdf5Node node) {
            this.path = path;
            this.node = node;
            if (node.isDataset()) {
                throw node.header().bad("object", "a dataset", "it is a group");
            }
            links = node.links();
        }

        /** Names of its children. */
        public Set<String> names() {
            return Collections.unmodifiableSet(links.keySet());
        }

        /** The integer of a scalar attribute, or empty when it is absent. */
        public Optional<Long> integerAttribute(String name) {
            return node.integerAttribute(name);
        }

        /** A group in this one. */
        public Group group(String name) {
            return new Group(path + "/" + name, child(name));
        }

        /** The data of a dataset uint8 {@code [bytes]}. */
        public MemorySegment bytes(String name) {
            Hdf5Node child = child(name);
            long[] shape = child.shape();
            if (!isByte(child) || shape.length != 1) {
                throw wrong(child, shape, "it is uint8 of one dimension");
            }
            return data(name, child, shape[0]);
        }

        /** The data of a dataset uint8 {@code [rows, rowBytes]}. */
        public MemorySegment rows(String name, int rowBytes) {
            Hdf5Node child = child(name);
            long[] shape = child.shape();
            if (!isByte(child) || shape.length != 2 || shape[1] != rowBytes) {
                throw wrong(child, shape, "it is uint8 in rows of " + rowBytes);
            }
            return data(name, child, shape[0] * rowBytes);
        }

        /** The bytes of a scalar dataset that is one string of fixed length. */
        public MemorySegment text(String name) {
            Hdf5Node child = child(name);
            long[] shape = child.shape();
            if (!(child.dataType() instanceof StringData type) || shape.length != 0
                    || type.getSize() < 0) {
                throw wrong(child, shape, "it is one string of fixed length");
            }
            return data(name, child, type.getSize());
        }

        /** A failure of this group. */
        public FormatException bad(String field, Object found, String rule) {
            return node.header().bad(field, found, rule);
        }

        private Hdf5Node child(String name) {
            Long address = links.get(name);
            if (address == null) {
                throw bad("link", "no " + name, "there is one");
            }
            return node(path + "/" + name, address);
        }

        private MemorySegment data(String name, Hdf5Node child, long bytes) {
            Hdf5Node.Extent extent = place(path + "/" + name + " data", child, bytes);
            return storage.file().bytes().asSlice(extent.offset(), extent.bytes());
        }

        private static boolean isByte(Hdf5Node child) {
            return child.dataType() instanceof FixedPoint && child.dataType().getSize() == 1;
        }

        private static FormatException wrong(Hdf5Node child, long[] shape, String rule) {
            return child.header().bad("dataset", child.dataType().getClass().getSimpleName()
                    + " of " + child.dataType().getSize() + " bytes, shape "
                    + Arrays.toString(shape), rule);
        }
    }
}
