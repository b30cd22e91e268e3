package dev.skein.compiler.frontend;

import java.util.ArrayList;
import java.util.List;

/** Builds GGUF files for tests; what is not set is right, so that a test breaks one rule. */
final class GgufBuilder {
    static final int UINT8 = 0;
    static final int UINT32 = 4;
    static final int FLOAT32 = 6;
    static final int BOOL = 7;
    static final int STRING = 8;
    static final int ARRAY = 9;
    static final int UINT64 = 10;

    private final List<byte[]> entries = new ArrayList<>();
    private final List<byte[]> rows = new ArrayList<>();
    private final LittleEndian data = new LittleEndian();
    private String magic = "GGUF";
    private long version = 3;
    private Long tensorCount;
    private Long entryCount;
    private int alignment = 32;

    GgufBuilder magic(String value) {
        magic = value;
        return this;
    }

    GgufBuilder version(long value) {
        version = value;
        return this;
    }

    GgufBuilder tensorCount(long value) {
        tensorCount = value;
        return this;
    }

    GgufBuilder entryCount(long value) {
        entryCount = value;
        return this;
    }

    /** The padding used, not the metadata key. */
    GgufBuilder padding(int value) {
        alignment = value;
        return this;
    }

    /** A whole key-value pair as it stands in the file. */
    GgufBuilder entry(LittleEndian bytes) {
        entries.add(bytes.bytes());
        return this;
    }

    GgufBuilder text(String key, String value) {
        return entry(new LittleEndian().string(key).u32(STRING).string(value));
    }

    GgufBuilder u32(String key, long value) {
        return entry(new LittleEndian().string(key).u32(UINT32).u32(value));
    }

    /** A row of the tensor table as it stands in the file. */
    GgufBuilder row(LittleEndian bytes) {
        rows.add(bytes.bytes());
        return this;
    }

    /** A row with everything chosen; {@code ne} innermost first, as in the file. */
    GgufBuilder row(String name, int type, long offset, long... ne) {
        LittleEndian row = new LittleEndian().string(name).u32(ne.length);
        for (long extent : ne) {
            row.u64(extent);
        }
        return row(row.u32(type).u64(offset));
    }

    /** A row and its data, placed behind the data so far. */
    GgufBuilder tensor(String name, int type, byte[] bytes, long... ne) {
        data.padTo(alignment);
        row(name, type, data.size(), ne);
        data.raw(bytes);
        return this;
    }

    GgufBuilder data(int bytes) {
        data.raw(new byte[bytes]);
        return this;
    }

    byte[] build() {
        LittleEndian out = new LittleEndian().raw(magic).u32(version)
                .u64(tensorCount == null ? rows.size() : tensorCount)
                .u64(entryCount == null ? entries.size() : entryCount);
        entries.forEach(out::raw);
        rows.forEach(out::raw);
        if (data.size() > 0) {
            out.padTo(alignment).raw(data.bytes());
        }
        return out.bytes();
    }

    /** A small valid file that uses every kind of value and several formats. */
    static byte[] sample() {
        LittleEndian tokens = new LittleEndian().string("tokenizer.ggml.tokens").u32(ARRAY)
                .u32(STRING).u64(3).string("<s>").string("é").string("");
        LittleEndian scores = new LittleEndian().string("tokenizer.ggml.scores").u32(ARRAY)
                .u32(FLOAT32).u64(2).f32(-1).f32(0.5f);
        LittleEndian types = new LittleEndian().string("tokenizer.ggml.token_type").u32(ARRAY)
                .u32(5).u64(2).u32(-1).u32(7);
        byte[] floats = new LittleEndian().f32(1).f32(2).f32(3).f32(4).f32(5).f32(6).bytes();
        byte[] q8 = new LittleEndian().u16(0x3c00).raw(ascending(32)).u16(0x4000)
                .raw(ascending(32)).bytes();
        return new GgufBuilder().text("general.architecture", "llama")
                .u32("llama.block_count", 5)
                .entry(new LittleEndian().string("llama.rope.freq_base").u32(FLOAT32).f32(1e4f))
                .entry(new LittleEndian().string("a.bool").u32(BOOL).u8(1))
                .entry(new LittleEndian().string("a.u8").u32(UINT8).u8(200))
                .entry(new LittleEndian().string("a.i8").u32(1).u8(-3))
                .entry(new LittleEndian().string("a.u16").u32(2).u16(60000))
                .entry(new LittleEndian().string("a.i16").u32(3).u16(-4))
                .entry(new LittleEndian().string("a.u64").u32(UINT64).u64(1L << 40))
                .entry(new LittleEndian().string("a.i64").u32(11).u64(-5))
                .entry(new LittleEndian().string("a.f64").u32(12).f64(0.1))
                .entry(tokens).entry(scores).entry(types)
                .tensor("w", 0, floats, 3, 2)
                .tensor("q", 8, q8, 32, 2)
                .tensor("h", 1, new LittleEndian().u16(0x3c00).u16(0xc000).bytes(), 2)
                .tensor("scalar", 0, new LittleEndian().f32(7).bytes())
                .build();
    }

    static byte[] ascending(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }
}
