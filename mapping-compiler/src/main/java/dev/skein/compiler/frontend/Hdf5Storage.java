package dev.skein.compiler.frontend;

import io.jhdf.Superblock;
import io.jhdf.checksum.ChecksumUtils;
import io.jhdf.storage.HdfBackingStorage;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * A mapped HDF5 file as jhdf sees it: slices of the mapping, bounds-checked, nothing allocated.
 * jhdf's own storages allocate what a length field asks for before they look at the file.
 */
final class Hdf5Storage implements HdfBackingStorage {
    static final long SIGNATURE = 0x0a1a0a0d46444889L;

    private static final int ADDRESS_BYTES = 8;
    private static final int SUPERBLOCK_BYTES = 48;
    private static final String WRITE_AGAIN = "write the file again with skein";

    private final MappedFile file;
    private final long rootAddress;
    private final Superblock superblock = new Superblock.SuperblockV2V3();

    /** Checks the superblock, every field of it. */
    Hdf5Storage(MappedFile file) {
        this.file = file;
        ByteCursor in = new ByteCursor(file, 0);
        if (in.remaining() < ADDRESS_BYTES || in.i64("signature") != SIGNATURE) {
            throw in.bad(0, "signature", "other bytes", "an HDF5 file begins with 89 48 44 46 0d 0a"
                    + " 1a 0a", "check that this is an HDF5 file");
        }
        expect(in, "superblock version", in.u8("superblock version"), 2, 3);
        expect(in, "size of offsets", in.u8("size of offsets"), ADDRESS_BYTES, ADDRESS_BYTES);
        expect(in, "size of lengths", in.u8("size of lengths"), ADDRESS_BYTES, ADDRESS_BYTES);
        in.u8("file consistency flags");
        expect(in, "base address", in.i64("base address"), 0, 0);
        expect(in, "superblock extension", in.i64("superblock extension"), -1, -1);
        expect(in, "end of file address", in.i64("end of file address"), file.size(),
                file.size());
        rootAddress = in.i64("root group address");
        in.i32("superblock checksum");
        if (checksum(0, SUPERBLOCK_BYTES - 4) != new ByteCursor(file, SUPERBLOCK_BYTES - 4)
                .i32("superblock checksum")) {
            throw in.bad(SUPERBLOCK_BYTES - 4, "superblock checksum", "another sum",
                    "it is the sum of the 44 bytes before it", ByteCursor.FETCH_AGAIN);
        }
    }

    private static void expect(ByteCursor in, String field, long found, long low, long high) {
        if (found < low || found > high) {
            int bytes = field.contains("address") || field.contains("extension")
                    ? ADDRESS_BYTES : 1;
            throw in.bad(in.position() - bytes, field, Long.toUnsignedString(found), "it must be "
                    + Long.toUnsignedString(low) + (low == high ? "" : " or " + high),
                    WRITE_AGAIN);
        }
    }

    /** The file beneath. */
    MappedFile file() {
        return file;
    }

    /** Address of the root group's object header, unchecked. */
    long rootAddress() {
        return rootAddress;
    }

    /** Bytes the superblock takes at the start of the file. */
    static long superblockBytes() {
        return SUPERBLOCK_BYTES;
    }

    /** HDF5's lookup3 checksum of a range that the caller has found to be in the file. */
    int checksum(long address, int length) {
        return ChecksumUtils.checksum(file.bytes().asSlice(address, length)
                .toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public ByteBuffer readBufferFromAddress(long address, int length) {
        return map(address, length);
    }

    @Override
    public ByteBuffer map(long address, long length) {
        Objects.checkFromIndexSize(address, length, file.size());
        return file.bytes().asSlice(address, length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public ByteBuffer mapNoOffset(long address, long length) {
        return map(address, length);
    }

    @Override
    public long getUserBlockSize() {
        return 0;
    }

    @Override
    public Superblock getSuperblock() {
        return superblock;
    }

    @Override
    public FileChannel getFileChannel() {
        throw new IllegalStateException("this storage is a mapping, not a channel");
    }

    @Override
    public int getSizeOfOffsets() {
        return ADDRESS_BYTES;
    }

    @Override
    public int getSizeOfLengths() {
        return ADDRESS_BYTES;
    }

    @Override
    public void close() {
        file.close();
    }

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public boolean inMemory() {
        return true;
    }
}
