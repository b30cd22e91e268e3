package dev.skein.compiler.frontend;

import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.message.AttributeMessage;
import io.jhdf.object.message.DataLayoutMessage.ContiguousDataLayoutMessage;
import io.jhdf.object.message.DataSpaceMessage;
import io.jhdf.object.message.DataTypeMessage;
import io.jhdf.object.message.LinkInfoMessage;
import io.jhdf.object.message.LinkMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A group or dataset: its checked header read as links, attributes, type, shape and place. */
record Hdf5Node(Hdf5Header header) {

    /** Where a contiguous dataset's bytes lie. */
    record Extent(long offset, long bytes) {
    }

    /** Child name to address. */
    Map<String, Long> links() {
        for (LinkInfoMessage info : header.all(LinkInfoMessage.class)) {
            if (info.getFractalHeapAddress() != -1 || info.getBTreeNameIndexAddress() != -1) {
                throw header.bad("link info", "links in a heap",
                        "links are stored in the group's own header");
            }
        }
        Map<String, Long> links = new LinkedHashMap<>();
        for (LinkMessage link : header.all(LinkMessage.class)) {
            if (links.putIfAbsent(link.getLinkName(), link.getHardLinkAddress()) != null) {
                throw header.bad("link", link.getLinkName(), "each name stands once");
            }
        }
        return links;
    }

    /** The integer of a scalar attribute, or empty when it is absent. */
    Optional<Long> integerAttribute(String name) {
        Optional<AttributeMessage> found = attribute(name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer data = found.get().getDataBuffer();
        if (!(found.get().getDataType() instanceof FixedPoint type)
                || type.getByteOrder() != ByteOrder.LITTLE_ENDIAN || data == null
                || data.remaining() != type.getSize()) {
            throw header.bad("attribute " + name, "something else",
                    "it is one little-endian integer");
        }
        return Optional.of(switch (type.getSize()) {
            case 1 -> (long) data.get();
            case 2 -> (long) data.getShort();
            case 4 -> (long) data.getInt();
            case 8 -> data.getLong();
            default -> throw header.bad("attribute " + name, type.getSize() + " bytes",
                    "integers have 1, 2, 4 or 8 bytes");
        });
    }

    /** The text of a scalar attribute, or empty when it is absent. */
    Optional<String> textAttribute(String name) {
        Optional<AttributeMessage> found = attribute(name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer data = found.get().getDataBuffer();
        if (!(found.get().getDataType() instanceof StringData) || data == null) {
            throw header.bad("attribute " + name, "something else",
                    "it is one string of fixed length");
        }
        String padded = StandardCharsets.UTF_8.decode(data).toString();
        int end = padded.indexOf('\0');
        return Optional.of((end < 0 ? padded : padded.substring(0, end)).strip());
    }

    private Optional<AttributeMessage> attribute(String name) {
        AttributeMessage found = null;
        for (AttributeMessage message : header.all(AttributeMessage.class)) {
            if (message.getName().equals(name)) {
                if (found != null) {
                    throw header.bad("attribute " + name, "two of them", "there is at most one");
                }
                found = message;
            }
        }
        return Optional.ofNullable(found);
    }

    /** Whether this is a dataset. */
    boolean isDataset() {
        return !header.all(DataSpaceMessage.class).isEmpty();
    }

    /** The dataset's element type. */
    DataType dataType() {
        return header.only(DataTypeMessage.class, "datatype").getDataType();
    }

    /** The dataset's shape, outermost first; its element product fits in 63 bits. */
    long[] shape() {
        long[] shape = header.only(DataSpaceMessage.class, "dataspace").getDataSpace()
                .getDimensionsAsLong();
        product(this, shape);
        return shape;
    }

    /** Exact product of a dataset's extents. */
    static long product(Hdf5Node node, long[] shape) {
        long elements = 1;
        for (long extent : shape) {
            if (extent < 0 || extent != 0 && elements > Long.MAX_VALUE / extent) {
                throw node.header.bad("dataspace", Long.toUnsignedString(extent),
                        "the product of the extents fits in 63 bits");
            }
            elements *= extent;
        }
        return elements;
    }

    /**
     * Where the dataset's bytes are.
     *
     * @param fileBytes size of the file
     * @param bytes what shape and type ask for
     */
    Extent extent(long fileBytes, long bytes) {
        ContiguousDataLayoutMessage layout =
                header.only(ContiguousDataLayoutMessage.class, "data layout");
        if (layout.getSize() != bytes) {
            throw header.bad("data size", Long.toUnsignedString(layout.getSize()),
                    "shape and type ask for " + bytes + " bytes");
        }
        if (bytes == 0) {
            return new Extent(0, 0);
        }
        long offset = layout.getAddress();
        if (offset < 0 || bytes > fileBytes || offset > fileBytes - bytes) {
            throw header.bad("data address", bytes + " bytes from "
                    + Long.toUnsignedString(offset), "the file has " + fileBytes + " bytes");
        }
        return new Extent(offset, bytes);
    }
}
