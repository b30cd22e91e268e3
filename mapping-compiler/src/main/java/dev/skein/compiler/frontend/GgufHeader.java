package dev.skein.compiler.frontend;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Parses magic, version, counts and metadata, the first part of a GGUF file. */
final class GgufHeader {
    private static final int MAGIC = 0x46554747;
    /** Key length and one byte, value type, one byte of value. */
    private static final int LEAST_ENTRY_BYTES = 8 + 1 + 4 + 1;
    /** Name length and one byte, dimensions, type, offset. */
    private static final int LEAST_TENSOR_BYTES = 8 + 1 + 4 + 4 + 8;

    final int version;
    final long tensorCount;
    final long entryCount;
    final long entriesOffset;
    final Metadata metadata;
    /** Standing behind the metadata, before the tensor table. */
    final ByteCursor in;

    private final ReaderLimits limits;

    GgufHeader(MappedFile file, ReaderLimits limits) {
        this.limits = limits;
        in = new ByteCursor(file, 0);
        if (in.remaining() < 4 || in.i32("magic") != MAGIC) {
            throw in.bad(0, "magic", "no \"GGUF\"", "a GGUF file begins with these four bytes",
                    "check that this is a GGUF file");
        }
        version = readVersion();
        long countAt = in.position();
        tensorCount = in.count("tensor_count", limits.tensors());
        long entryCountAt = in.position();
        entryCount = in.count("metadata_kv_count", limits.metadataEntries());
        requireRoom(entryCountAt, "metadata_kv_count", entryCount, LEAST_ENTRY_BYTES);
        requireRoom(countAt, "tensor_count", tensorCount, LEAST_TENSOR_BYTES);
        entriesOffset = in.position();
        Map<String, Object> entries = new HashMap<>();
        for (long i = 0; i < entryCount; i++) {
            readEntry(entries);
        }
        metadata = new Metadata(file.name(), entries);
    }

    private int readVersion() {
        long at = in.position();
        int found = in.i32("version");
        if (found == 2 || found == 3) {
            return found;
        }
        int swapped = Integer.reverseBytes(found);
        if (swapped >= 1 && swapped <= 3) {
            throw in.bad(at, "version", "version " + swapped + " in big-endian order",
                    "only little-endian files are read", "convert the model for little-endian");
        }
        throw in.bad(at, "version", Integer.toUnsignedString(found), "versions 2 and 3 are read",
                found == 1 ? ByteCursor.CONVERT_AGAIN : "use a newer Skein or an older converter");
    }

    private void requireRoom(long at, String field, long count, int leastBytes) {
        if (count > in.remaining() / leastBytes) {
            throw in.bad(at, field, count, "the " + in.remaining()
                    + " bytes that follow cannot hold so many", ByteCursor.FETCH_AGAIN);
        }
    }

    private void readEntry(Map<String, Object> entries) {
        long at = in.position();
        String key = in.string("key", limits.keyBytes());
        if (key.isEmpty()) {
            throw in.bad(at, "key", "an empty key", "keys have names", ByteCursor.CONVERT_AGAIN);
        }
        GgufType type = GgufType.read(in, key + " type");
        Object value = switch (type) {
            case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 ->
                    type.readWhole(in, key);
            case BOOL -> type.readWhole(in, key) == 1;
            case FLOAT32, FLOAT64 -> type.readReal(in, key);
            case STRING -> in.string(key, limits.stringBytes());
            case ARRAY -> readArray(key);
        };
        if (entries.putIfAbsent(key, value) != null) {
            throw in.bad(at, "key", key, "each key stands once", ByteCursor.CONVERT_AGAIN);
        }
    }

    /** A {@code long[]} (also for truth values), a {@code double[]} or a list of strings. */
    private Object readArray(String key) {
        long typeAt = in.position();
        GgufType type = GgufType.read(in, key + " element type");
        if (type == GgufType.ARRAY) {
            throw in.bad(typeAt, key + " element type", "an array of arrays",
                    "arrays hold scalars or strings", ByteCursor.CONVERT_AGAIN);
        }
        long countAt = in.position();
        int count = (int) in.count(key + " count", limits.arrayElements());
        requireRoom(countAt, key + " count", count, type.leastBytes);
        return switch (type) {
            case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64, BOOL -> {
                long[] values = new long[count];
                for (int i = 0; i < count; i++) {
                    values[i] = type.readWhole(in, key);
                }
                yield values;
            }
            case FLOAT32, FLOAT64 -> {
                double[] values = new double[count];
                for (int i = 0; i < count; i++) {
                    values[i] = type.readReal(in, key);
                }
                yield values;
            }
            case STRING -> {
                List<String> values = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    values.add(in.string(key, limits.stringBytes()));
                }
                yield Collections.unmodifiableList(values);
            }
            case ARRAY -> throw new IllegalStateException(key);
        };
    }
}
