package dev.skein.compiler.frontend;

import io.jhdf.ObjectHeader;
import io.jhdf.object.message.Message;
import java.util.List;

/**
 * One object header, checked before jhdf interprets it: framing, checksum, and that it holds only
 * what Skein's layout uses (compact hard links, contiguous data, plain integers, floats and
 * strings). What jhdf would follow elsewhere - continuations, shared messages, heaps, nested types,
 * external files - is refused, so its work is bounded by the header's own bytes.
 */
final class Hdf5Header {
    private static final int SIGNATURE = 0x5244484f;
    private static final int TIMES = 0x20;
    private static final int ATTRIBUTE_PHASES = 0x10;
    private static final int ATTRIBUTE_ORDER = 0x04;
    private static final int SHARED = 0x02;
    private static final String WRITE_AGAIN = "write the file again with skein";
    /** Fixed point, floating point, string. */
    private static final List<Integer> PLAIN_CLASSES = List.of(0, 1, 3);

    private final Hdf5Storage storage;
    private final ReaderLimits limits;
    private final String path;
    private final long address;
    private final long end;
    private final ObjectHeader header;

    /**
     * @param path the object's path in the file, for messages
     * @param budgetBytes the most the header may take
     */
    Hdf5Header(Hdf5Storage storage, ReaderLimits limits, String path, long address,
            long budgetBytes) {
        this.storage = storage;
        this.limits = limits;
        this.path = path;
        this.address = address;
        end = check(budgetBytes);
        try {
            header = ObjectHeader.readObjectHeader(storage, address);
        } catch (RuntimeException e) {
            throw new FormatException(storage.file().name(), address, path + " object header",
                    rootCause(e), "it must be readable HDF5", WRITE_AGAIN, e);
        }
    }

    /** Where the header begins, in bytes from the start of the file. */
    long address() {
        return address;
    }

    /** Where it ends. */
    long end() {
        return end;
    }

    /** All messages of a kind. */
    <T extends Message> List<T> all(Class<T> type) {
        return header.getMessagesOfType(type);
    }

    /** The one message of a kind. */
    <T extends Message> T only(Class<T> type, String what) {
        List<T> found = all(type);
        if (found.size() != 1) {
            throw bad(what, found.size() + " of them", "there is exactly one");
        }
        return found.getFirst();
    }

    /** A failure of this object. */
    FormatException bad(String field, Object found, String rule) {
        return new FormatException(storage.file().name(), address, path + " " + field, found,
                rule, WRITE_AGAIN);
    }

    private FormatException bad(ByteCursor in, long at, String field, Object found, String rule) {
        return in.bad(at, path + " " + field, found, rule, WRITE_AGAIN);
    }

    /** Checks prefix, size and checksum, then the frame of each message; returns the end. */
    private long check(long budgetBytes) {
        if (address < Hdf5Storage.superblockBytes() || address >= storage.size()) {
            throw new FormatException(storage.file().name(), FormatException.NO_OFFSET,
                    path + " address", Long.toUnsignedString(address), "objects lie from "
                    + Hdf5Storage.superblockBytes() + " to " + storage.size(), WRITE_AGAIN);
        }
        ByteCursor in = new ByteCursor(storage.file(), address);
        if (in.i32(path + " object header signature") != SIGNATURE) {
            throw bad(in, address, "object header", "no \"OHDR\"", "version 2 headers are read");
        }
        int version = in.u8(path + " object header version");
        if (version != 2) {
            throw bad(in, address + 4, "object header version", version, "it must be 2");
        }
        int flags = in.u8(path + " object header flags");
        if ((flags & TIMES) != 0) {
            in.skip(16, path + " times");
        }
        if ((flags & ATTRIBUTE_PHASES) != 0) {
            in.skip(4, path + " attribute phase change");
        }
        long sizeAt = in.position();
        String sizeField = path + " object header size";
        long size = switch (flags & 3) {
            case 0 -> in.u8(sizeField);
            case 1 -> in.u16(sizeField);
            case 2 -> in.u32(sizeField);
            default -> in.i64(sizeField);
        };
        if (size < 0 || size > Math.min(budgetBytes, in.remaining() - 4)) {
            throw bad(in, sizeAt, "object header size", Long.toUnsignedString(size), "at most "
                    + Math.max(0, Math.min(budgetBytes, in.remaining() - 4)) + " are left");
        }
        long messagesEnd = in.position() + size;
        int sum = storage.checksum(address, (int) (messagesEnd - address));
        if (sum != new ByteCursor(storage.file(), messagesEnd).i32(path + " checksum")) {
            throw in.bad(messagesEnd, path + " object header checksum", "another sum",
                    "it is the sum of the header", ByteCursor.FETCH_AGAIN);
        }
        int frameBytes = (flags & ATTRIBUTE_ORDER) != 0 ? 6 : 4;
        while (messagesEnd - in.position() >= frameBytes) {
            checkMessage(in, frameBytes, messagesEnd);
        }
        return messagesEnd + 4;
    }

    private void checkMessage(ByteCursor in, int frameBytes, long messagesEnd) {
        long at = in.position();
        int type = in.u8(path + " message type");
        int size = in.u16(path + " message size");
        int flags = in.u8(path + " message flags");
        in.skip(frameBytes - 4, path + " message order");
        if (size > messagesEnd - in.position()) {
            throw bad(in, at + 1, "message size", size, "only " + (messagesEnd - in.position())
                    + " bytes of the header remain");
        }
        if ((flags & SHARED) != 0) {
            throw bad(in, at + 3, "message flags", flags, "shared messages are not read");
        }
        long bodyAt = in.position();
        switch (type) {
            case 0x00, 0x02, 0x05, 0x0a, 0x12, 0x15, 0x16 -> {
                // Nothing, link info, fill value, group info, times, attribute info, references.
            }
            case 0x01 -> checkRank(in, bodyAt, size);
            case 0x03 -> checkClass(in, bodyAt, size);
            case 0x06 -> checkLink(in, bodyAt, size);
            case 0x08 -> checkLayout(in, bodyAt, size);
            case 0x0c -> checkAttribute(in, bodyAt, size);
            default -> throw bad(in, at, "message type", type,
                    "Skein's layout uses only links, datasets and attributes");
        }
        in.skip(bodyAt + size - in.position(), path + " message");
    }

    private void checkRank(ByteCursor in, long at, int size) {
        requireBody(in, at, size, 4, "dataspace");
        int version = in.u8("dataspace version");
        int rank = in.u8("dataspace rank");
        if (version < 1 || version > 2 || rank > limits.dimensions()) {
            throw bad(in, at, "dataspace", "version " + version + " of " + rank + " dimensions",
                    "it is of version 1 or 2 with at most " + limits.dimensions()
                    + " dimensions");
        }
    }

    private void checkClass(ByteCursor in, long at, int size) {
        requireBody(in, at, size, 8, "datatype");
        int type = in.u8("datatype class") & 15;
        if (!PLAIN_CLASSES.contains(type)) {
            throw bad(in, at, "datatype class", type, "integers, floats and strings are read");
        }
    }

    private void checkLink(ByteCursor in, long at, int size) {
        requireBody(in, at, size, 11, "link");
        int version = in.u8("link version");
        int flags = in.u8("link flags");
        int type = (flags & 8) != 0 ? in.u8("link type") : 0;
        if (version != 1 || type != 0) {
            throw bad(in, at, "link", "version " + version + " of type " + type,
                    "only hard links (version 1, type 0) are followed");
        }
    }

    private void checkLayout(ByteCursor in, long at, int size) {
        requireBody(in, at, size, 18, "data layout");
        int version = in.u8("layout version");
        int layout = in.u8("layout class");
        if (version < 3 || version > 4 || layout != 1) {
            throw bad(in, at, "data layout", "version " + version + " of class " + layout,
                    "data is contiguous (version 3 or 4, class 1)");
        }
    }

    private void checkAttribute(ByteCursor in, long at, int size) {
        requireBody(in, at, size, 9, "attribute");
        int version = in.u8("attribute version");
        int flags = in.u8("attribute flags");
        int nameBytes = in.u16("attribute name size");
        int typeBytes = in.u16("attribute datatype size");
        int spaceBytes = in.u16("attribute dataspace size");
        in.u8("attribute charset");
        if (version != 3 || flags != 0) {
            throw bad(in, at, "attribute", "version " + version + ", flags " + flags,
                    "attributes are of version 3 and share nothing");
        }
        requireBody(in, at, size, 9 + nameBytes + typeBytes + spaceBytes, "attribute");
        in.skip(nameBytes, "attribute name");
        long typeAt = in.position();
        checkClass(in, typeAt, typeBytes);
        in.skip(typeAt + typeBytes - in.position(), "attribute datatype");
        checkRank(in, in.position(), spaceBytes);
    }

    private void requireBody(ByteCursor in, long at, int size, int least, String what) {
        if (size < least) {
            throw bad(in, at, what + " message", size + " bytes", "it has at least " + least);
        }
    }

    private static String rootCause(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
