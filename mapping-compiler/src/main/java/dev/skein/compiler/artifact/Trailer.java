package dev.skein.compiler.artifact;

import dev.skein.compiler.frontend.FormatException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * The sums behind the HDF5 part of an artifact. CRC32C finds every change of up to 32 adjacent bits
 * and has an instruction; a sum a block lets all cores check at once.
 */
final class Trailer {
    /** The last bytes of every artifact. */
    static final long MAGIC = ByteBuffer.wrap("SKEINEND".getBytes(
            StandardCharsets.US_ASCII)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    /** Size, count of sums, sum of the trailer, magic. */
    static final int FOOTER_BYTES = 24;

    private static final long BLOCK_BYTES = 16 << 20;
    private static final String WRITE_AGAIN = "compile the model again";
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Trailer() {
    }

    /** Puts the sums of all that the file has so far behind it. */
    static void append(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ,
                StandardOpenOption.WRITE); Arena arena = Arena.ofShared()) {
            long size = channel.size();
            byte[] trailer = of(channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena));
            ByteBuffer out = ByteBuffer.wrap(trailer);
            while (out.hasRemaining()) {
                channel.write(out, size + out.position());
            }
        }
    }

    /** The trailer of an HDF5 part. */
    static byte[] of(MemorySegment hdf5) {
        int[] sums = sums(hdf5);
        ByteBuffer out = ByteBuffer.allocate(4 * sums.length + FOOTER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.asIntBuffer().put(sums);
        out.position(4 * sums.length).putLong(hdf5.byteSize()).putInt(sums.length);
        out.putInt(sum(MemorySegment.ofArray(out.array()).asSlice(0, out.position())));
        return out.putLong(MAGIC).array();
    }

    /**
     * The HDF5 part of a file, after all sums have been found right.
     *
     * @param name the file, for messages
     * @throws FormatException if a byte of the file is not what was written
     */
    static MemorySegment check(String name, MemorySegment file) {
        long footer = file.byteSize() - FOOTER_BYTES;
        if (footer < 0 || file.get(LONG, footer + 16) != MAGIC) {
            throw bad(name, Math.max(0, footer + 16), "end mark", "other bytes",
                    "an artifact ends with SKEINEND");
        }
        long hdf5Bytes = file.get(LONG, footer);
        long blocks = Integer.toUnsignedLong(file.get(INT, footer + 8));
        if (hdf5Bytes < 0 || hdf5Bytes > footer
                || blocks != Math.ceilDiv(hdf5Bytes, BLOCK_BYTES)
                || hdf5Bytes + 4 * blocks != footer) {
            throw bad(name, footer, "sizes", hdf5Bytes + " bytes with " + blocks + " sums",
                    "they and the trailer are the whole file of " + file.byteSize() + " bytes");
        }
        if (sum(file.asSlice(hdf5Bytes, footer + 12 - hdf5Bytes)) != file.get(INT, footer + 12)) {
            throw bad(name, footer + 12, "checksum of the trailer", "another sum",
                    "it is the sum of the bytes from " + hdf5Bytes);
        }
        MemorySegment hdf5 = file.asSlice(0, hdf5Bytes);
        int[] sums = sums(hdf5);
        for (int i = 0; i < sums.length; i++) {
            if (sums[i] != file.get(INT, hdf5Bytes + 4L * i)) {
                throw bad(name, i * BLOCK_BYTES, "checksum of block " + i, "another sum",
                        "the bytes are those that were written");
            }
        }
        return hdf5;
    }

    private static FormatException bad(String name, long offset, String field, String found,
            String rule) {
        return new FormatException(name, offset, field, found, rule,
                "the file is cut short or damaged: copy it again or " + WRITE_AGAIN);
    }

    private static int[] sums(MemorySegment hdf5) {
        int blocks = Math.toIntExact(Math.ceilDiv(hdf5.byteSize(), BLOCK_BYTES));
        return IntStream.range(0, blocks).parallel().map(i -> {
            long from = i * BLOCK_BYTES;
            return sum(hdf5.asSlice(from, Math.min(BLOCK_BYTES, hdf5.byteSize() - from)));
        }).toArray();
    }

    private static int sum(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.asByteBuffer());
        return (int) crc.getValue();
    }
}
