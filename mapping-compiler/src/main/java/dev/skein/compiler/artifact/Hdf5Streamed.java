package dev.skein.compiler.artifact;

import dev.skein.compiler.frontend.Hdf5Model;
import dev.skein.compiler.frontend.TensorInfo;
import dev.skein.compiler.frontend.TensorSource;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.number.BlockFormat;
import io.jhdf.ObjectHeader;
import io.jhdf.WritableDatasetImpl;
import io.jhdf.api.Attribute;
import io.jhdf.api.Group;
import io.jhdf.exceptions.HdfWritingException;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.message.AttributeInfoMessage;
import io.jhdf.object.message.AttributeMessage;
import io.jhdf.object.message.DataLayoutMessage.ContiguousDataLayoutMessage;
import io.jhdf.object.message.DataSpace;
import io.jhdf.object.message.DataSpaceMessage;
import io.jhdf.object.message.DataTypeMessage;
import io.jhdf.object.message.FillValueMessage;
import io.jhdf.object.message.Message;
import io.jhdf.storage.HdfFileChannel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A contiguous dataset that is copied from its source while the file is written. jhdf's own holds
 * the whole array in memory until then, and as a Java array of at most 2 GiB.
 */
final class Hdf5Streamed extends WritableDatasetImpl {
    /** Cache line and vector width: what a mapped read likes. */
    private static final int ALIGNMENT_BYTES = 64;
    private static final int CHUNK_BYTES = 1 << 20;

    /** Where the stored bytes come from. */
    @FunctionalInterface
    private interface Bytes {
        void read(long offset, byte[] dst, int count);
    }

    private final DataType type;
    private final DataSpace space;
    private final long sizeBytes;
    private final Bytes source;
    private long endAddress;

    private Hdf5Streamed(String name, Group parent, Class<?> element, boolean unsigned,
            long[] shape, long sizeBytes, Bytes source) {
        this(name, parent, DataType.fromObject(Array.newInstance(element, 1), unsigned), shape,
                sizeBytes, source);
    }

    private Hdf5Streamed(String name, Group parent, DataType type, long[] shape, long sizeBytes,
            Bytes source) {
        // A stand-in: jhdf wants an array; write() states the type and shape of this dataset.
        super(new byte[1], name, parent);
        this.type = type;
        this.space = space(shape);
        this.sizeBytes = sizeBytes;
        this.source = source;
    }

    /** The bytes of a file. */
    static Hdf5Streamed ofBytes(byte[] content, String name, Group parent) {
        return ofSegment(MemorySegment.ofArray(content), name, parent);
    }

    /** Bytes in memory, in one dimension. */
    static Hdf5Streamed ofSegment(MemorySegment content, String name, Group parent) {
        return of(content, name, parent, content.byteSize());
    }

    /** Encoded instructions, one a row. */
    static Hdf5Streamed ofRows(byte[] stream, String name, Group parent) {
        return of(MemorySegment.ofArray(stream), name, parent,
                stream.length / Opcode.WORD_BYTES, Opcode.WORD_BYTES);
    }

    /** One string of fixed length, closed by a zero. */
    static Hdf5Streamed ofText(String text, String name, Group parent) {
        StringData type = StringData.create(text);
        byte[] bytes = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), type.getSize());
        return new Hdf5Streamed(name, parent, type, new long[0], bytes.length,
                bytesOf(MemorySegment.ofArray(bytes)));
    }

    private static Hdf5Streamed of(MemorySegment content, String name, Group parent,
            long... shape) {
        return new Hdf5Streamed(name, parent, byte.class, true, shape, content.byteSize(),
                bytesOf(content));
    }

    private static Bytes bytesOf(MemorySegment content) {
        return (offset, dst, count) -> MemorySegment.copy(content, ValueLayout.JAVA_BYTE, offset,
                dst, 0, count);
    }

    /** A tensor in its own format. */
    static Hdf5Streamed ofTensor(TensorSource source, TensorInfo info, Group parent) {
        BlockFormat format = info.format();
        long[] shape = info.shape();
        int stored = Hdf5Model.storedBytes(format);
        if (stored == 1) {
            int inner = shape.length - 1;
            shape[inner] = shape[inner] / format.blockElements() * format.blockBytes();
        }
        Class<?> element = stored == 0 ? float.class : stored == 2 ? short.class : byte.class;
        Hdf5Streamed dataset = new Hdf5Streamed(info.name(), parent, element, stored > 0, shape,
                info.bytes(),
                (offset, dst, count) -> source.readBytes(info.name(), offset, dst, 0, count));
        if (stored > 0) {
            dataset.putAttribute(Hdf5Model.FORMAT_ATTRIBUTE, format.name());
        }
        return dataset;
    }

    private static DataSpace space(long[] shape) {
        int[] ones = new int[shape.length];
        Arrays.fill(ones, 1);
        DataSpace template = DataSpace.fromObject(shape.length == 0 ? (Object) 0
                : Array.newInstance(byte.class, ones));
        return DataSpace.modifyDimensions(template, shape);
    }

    @Override
    public long write(HdfFileChannel channel, long position) {
        long headerBytes = header(position, 0).limit();
        long dataAddress = Math.ceilDiv(position + headerBytes, ALIGNMENT_BYTES)
                * (long) ALIGNMENT_BYTES;
        channel.write(header(position, dataAddress), position);
        FileChannel out = channel.getFileChannel();
        byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, sizeBytes)];
        try {
            for (long done = 0; done < sizeBytes; done += chunk.length) {
                int count = (int) Math.min(chunk.length, sizeBytes - done);
                source.read(done, chunk, count);
                ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, count);
                while (buffer.hasRemaining()) {
                    out.write(buffer, dataAddress + done + buffer.position());
                }
            }
            // jhdf appends its closing note at the channel's own position.
            out.position(dataAddress + sizeBytes);
        } catch (IOException e) {
            throw new HdfWritingException("dataset " + getName() + ": " + e.getMessage(), e);
        }
        endAddress = dataAddress + sizeBytes;
        return endAddress;
    }

    /** Where the data ended when it was written. */
    long endAddress() {
        return endAddress;
    }

    private ByteBuffer header(long position, long dataAddress) {
        List<Message> messages = new ArrayList<>();
        messages.add(DataTypeMessage.create(type));
        messages.add(DataSpaceMessage.create(space));
        messages.add(FillValueMessage.NO_FILL);
        messages.add(ContiguousDataLayoutMessage.create(dataAddress, sizeBytes));
        if (!getAttributes().isEmpty()) {
            messages.add(AttributeInfoMessage.create());
            for (Map.Entry<String, Attribute> attribute : getAttributes().entrySet()) {
                messages.add(AttributeMessage.create(attribute.getKey(), attribute.getValue()));
            }
        }
        return new ObjectHeader.ObjectHeaderV2(position, messages).toBuffer();
    }
}
