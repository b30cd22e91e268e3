package dev.skein.hls.number;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The number formats of foreign model files, a row a format: name, type number in GGUF files
 * (ggml's {@code enum ggml_type}), elements of one block and bytes of one block. All are
 * little-endian.
 *
 * <p>Decoding is byte-exact with ggml's {@code dequantize_row_*}: binary32, the same order of
 * operations, no fused multiply-add. Encoders exist where Skein writes the format itself.
 */
public enum BlockFormat {
    /** IEEE binary32. */
    F32(Kind.FLOAT, 0, 1, 4, Floats::decodeF32, Floats::encodeF32),
    /** IEEE binary16; encoding rounds to nearest even, overflow to infinity. */
    F16(Kind.FLOAT, 1, 1, 2, Floats::decodeF16, Floats::encodeF16),
    /** The upper half of binary32; encoding rounds to nearest even, NaN stays NaN. */
    BF16(Kind.FLOAT, 30, 1, 2, Floats::decodeBf16, Floats::encodeBf16),
    /** 4 bits, symmetric: half d, 16 bytes of nibbles; value (q - 8) d. */
    Q4_0(Kind.BLOCK, 2, 32, 18, SmallBlocks::decodeQ40, SmallBlocks::encodeQ40),
    /** 4 bits with minimum: half d, half m, 16 bytes of nibbles; value q d + m. */
    Q4_1(Kind.BLOCK, 3, 32, 20, SmallBlocks::decodeQ41, null),
    /** 5 bits, symmetric: half d, 32 fifth bits, 16 bytes of nibbles; value (q - 16) d. */
    Q5_0(Kind.BLOCK, 6, 32, 22, SmallBlocks::decodeQ50, null),
    /** 5 bits with minimum: half d, half m, 32 fifth bits, nibbles; value q d + m. */
    Q5_1(Kind.BLOCK, 7, 32, 24, SmallBlocks::decodeQ51, null),
    /** 8 bits, symmetric: half d, 32 int8; value q d. */
    Q8_0(Kind.BLOCK, 8, 32, 34, SmallBlocks::decodeQ80, SmallBlocks::encodeQ80),
    /** 2 bits, 16 sub-blocks of 16: 4-bit scales and minima, pairs of bits, half d, half dmin. */
    Q2_K(Kind.BLOCK, 10, 256, 84, SuperBlocks::decodeQ2, null),
    /** 3 bits, 16 sub-blocks of 16: 32 bytes of third bits, 64 of pairs, 6-bit scales, half d. */
    Q3_K(Kind.BLOCK, 11, 256, 110, SuperBlocks::decodeQ3, null),
    /** 4 bits, 8 sub-blocks of 32: half d, half dmin, 6-bit scales and minima, nibbles. */
    Q4_K(Kind.BLOCK, 12, 256, 144, SuperBlocks::decodeQ4, null),
    /** 5 bits, 8 sub-blocks of 32: half d, half dmin, scales and minima, fifth bits, nibbles. */
    Q5_K(Kind.BLOCK, 13, 256, 176, SuperBlocks::decodeQ5, null),
    /** 6 bits, 16 sub-blocks of 16: nibbles, upper pairs, int8 scales, half d. */
    Q6_K(Kind.BLOCK, 14, 256, 210, SuperBlocks::decodeQ6, null),
    /** IEEE binary64; named so that a reader can list it, not decoded. */
    F64(Kind.RAW, 28, 1, 8, null, null),
    /** 8-bit float, 4 exponent bits; listed, not decoded. */
    F8_E4M3(Kind.RAW, -1, 1, 1, null, null),
    /** 8-bit float, 5 exponent bits; listed, not decoded. */
    F8_E5M2(Kind.RAW, -1, 1, 1, null, null),
    /** Signed bytes; listed, not decoded. */
    I8(Kind.RAW, 24, 1, 1, null, null),
    /** Signed 16-bit integers; listed, not decoded. */
    I16(Kind.RAW, 25, 1, 2, null, null),
    /** Signed 32-bit integers; listed, not decoded. */
    I32(Kind.RAW, 26, 1, 4, null, null),
    /** Signed 64-bit integers; listed, not decoded. */
    I64(Kind.RAW, 27, 1, 8, null, null),
    /** Unsigned bytes; listed, not decoded. */
    U8(Kind.RAW, -1, 1, 1, null, null),
    /** Unsigned 16-bit integers; listed, not decoded. */
    U16(Kind.RAW, -1, 1, 2, null, null),
    /** Unsigned 32-bit integers; listed, not decoded. */
    U32(Kind.RAW, -1, 1, 4, null, null),
    /** Unsigned 64-bit integers; listed, not decoded. */
    U64(Kind.RAW, -1, 1, 8, null, null),
    /** A byte a truth value; listed, not decoded. */
    BOOL(Kind.RAW, -1, 1, 1, null, null);

    /** What the elements are. */
    public enum Kind {
        /** One floating point number an element. */
        FLOAT,
        /** Blocks of integers that share scales. */
        BLOCK,
        /** Not a weight: a reader may list such a tensor, its values are not decoded. */
        RAW
    }

    /** Decodes {@code blocks} whole blocks; the caller has checked both ranges. */
    @FunctionalInterface
    interface Decoder {
        void decode(byte[] src, int srcOffset, float[] dst, int dstOffset, int blocks);
    }

    /** Encodes {@code blocks} whole blocks; the caller has checked both ranges. */
    @FunctionalInterface
    interface Encoder {
        void encode(float[] src, int srcOffset, byte[] dst, int dstOffset, int blocks);
    }

    /** Bytes copied out of a segment at a time: stays in the first-level cache. */
    private static final int CHUNK_BYTES = 16 * 1024;

    private final Kind kind;
    private final int ggmlType;
    private final int blockElements;
    private final int blockBytes;
    private final Decoder decoder;
    private final Encoder encoder;

    BlockFormat(Kind kind, int ggmlType, int blockElements, int blockBytes, Decoder decoder,
            Encoder encoder) {
        this.kind = kind;
        this.ggmlType = ggmlType;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
        this.decoder = decoder;
        this.encoder = encoder;
    }

    /** What the elements are. */
    public Kind kind() {
        return kind;
    }

    /** The type number in GGUF files, or empty where ggml does not have the format. */
    public OptionalInt ggmlType() {
        return ggmlType < 0 ? OptionalInt.empty() : OptionalInt.of(ggmlType);
    }

    /** Elements of one block; 1 where every element stands alone. */
    public int blockElements() {
        return blockElements;
    }

    /** Bytes of one block. */
    public int blockBytes() {
        return blockBytes;
    }

    /** Mean bits an element, scales included. */
    public double bitsPerElement() {
        return 8.0 * blockBytes / blockElements;
    }

    /** Whether {@link #decode} works: true but for {@link Kind#RAW}. */
    public boolean decodable() {
        return decoder != null;
    }

    /** Whether {@link #encode} works: F32, F16, BF16, Q8_0 and Q4_0. */
    public boolean encodable() {
        return encoder != null;
    }

    /** The row with that GGUF type number, or empty when this table does not have it. */
    public static Optional<BlockFormat> ofGgmlType(int type) {
        for (BlockFormat format : values()) {
            if (format.ggmlType == type && type >= 0) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** The row of that name, whatever its case ({@code "q4_k"}), or empty. */
    public static Optional<BlockFormat> ofName(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        for (BlockFormat format : values()) {
            if (format.name().equals(upper)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /**
     * Bytes of that many elements.
     *
     * @throws IllegalArgumentException if they are not whole blocks
     * @throws ArithmeticException if the product leaves 63 bits
     */
    public long bytes(long elements) {
        if (elements < 0 || elements % blockElements != 0) {
            throw new IllegalArgumentException(name() + " holds blocks of " + blockElements
                    + " elements; " + elements + " are not whole blocks");
        }
        return Math.multiplyExact(elements / blockElements, (long) blockBytes);
    }

    /**
     * Decodes {@code blocks} whole blocks to binary32.
     *
     * @throws IndexOutOfBoundsException if either range leaves its array
     * @throws IllegalArgumentException if the format is not {@link #decodable}
     */
    public void decode(byte[] src, int srcOffset, float[] dst, int dstOffset, int blocks) {
        requireCodec(decoder, "decoded");
        Objects.checkFromIndexSize(srcOffset, (long) blocks * blockBytes, src.length);
        Objects.checkFromIndexSize(dstOffset, (long) blocks * blockElements, dst.length);
        decoder.decode(src, srcOffset, dst, dstOffset, blocks);
    }

    /**
     * Decodes {@code blocks} whole blocks from a segment, usually a mapped file.
     *
     * @throws IndexOutOfBoundsException if either range leaves its container
     * @throws IllegalArgumentException if the format is not {@link #decodable}
     */
    public void decode(MemorySegment src, long srcOffset, float[] dst, int dstOffset, int blocks) {
        requireCodec(decoder, "decoded");
        Objects.checkFromIndexSize(srcOffset, (long) blocks * blockBytes, src.byteSize());
        Objects.checkFromIndexSize(dstOffset, (long) blocks * blockElements, dst.length);
        int chunkBlocks = CHUNK_BYTES / blockBytes;
        byte[] chunk = new byte[Math.min(blocks, chunkBlocks) * blockBytes];
        for (int done = 0; done < blocks; done += chunkBlocks) {
            int now = Math.min(chunkBlocks, blocks - done);
            MemorySegment.copy(src, ValueLayout.JAVA_BYTE, srcOffset + (long) done * blockBytes,
                    chunk, 0, now * blockBytes);
            decoder.decode(chunk, 0, dst, dstOffset + done * blockElements, now);
        }
    }

    /**
     * Encodes {@code blocks} whole blocks from binary32.
     *
     * @throws IndexOutOfBoundsException if either range leaves its array
     * @throws IllegalArgumentException if the format is not {@link #encodable}
     */
    public void encode(float[] src, int srcOffset, byte[] dst, int dstOffset, int blocks) {
        requireCodec(encoder, "encoded");
        Objects.checkFromIndexSize(srcOffset, (long) blocks * blockElements, src.length);
        Objects.checkFromIndexSize(dstOffset, (long) blocks * blockBytes, dst.length);
        encoder.encode(src, srcOffset, dst, dstOffset, blocks);
    }

    private void requireCodec(Object codec, String verb) {
        if (codec == null) {
            throw new IllegalArgumentException(name() + " is listed but not " + verb);
        }
    }
}
