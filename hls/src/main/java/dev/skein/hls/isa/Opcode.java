package dev.skein.hls.isa;

import java.util.ArrayList;
import java.util.List;

/**
 * The instruction table: one row an instruction. Everything else is derived from it: encoder,
 * decoder, assembler, disassembler, {@code isa.h}, {@code docs/isa.md}.
 *
 * <p>A word has {@value #WORD_BYTES} bytes. The header is code, wait, release; fields follow in
 * order, and a field that would cross a 64-bit boundary starts at the next word. In a field list
 * {@code name:bits} or {@code name:bits*granule}; {@code name:bits+} is an {@link Extent}, whose
 * two mode bits follow.
 */
public enum Opcode {
    /** Contiguous load. */
    LD(0x01, Unit.LD, "dstSpace:2 dst:20*16 memory:2 base:3 offset:40 positionStride:24"
            + " rowBytes:24 count:20+",
            "dstSpace[dst..] = memory[B(base) + offset + positionStride * POS ..],"
                    + " count rows of rowBytes; a tiled count advances the source"),
    /** Row gather. */
    LDG(0x02, Unit.LD, "dst:20*16 dstStride:18*4 base:3 offset:40 rowBytes:24 index:40 count:20+",
            "ACT[dst + r * dstStride ..] = DDR[B(base) + offset + id(r) * rowBytes ..], where id(r)"
                    + " is the r-th int32 at DDR[B(base) + index]"),
    /** Contiguous store. */
    ST(0x03, Unit.ST, "srcSpace:2 src:20*16 memory:2 base:3 offset:40 positionStride:24"
            + " rowBytes:24 count:20+",
            "memory[B(base) + offset + positionStride * POS ..] = srcSpace[src..],"
                    + " count rows of rowBytes"),
    /** Matrix times matrix, prefill parallelism. */
    MM(0x08, Unit.MPE, Opcode.MATRIX, "as MV, with the MPE in matrix-matrix mode"),
    /** Matrix times vector, decode parallelism. */
    MV(0x09, Unit.MPE, Opcode.MATRIX,
            "out[m][n] = float(sum_k x[m][k] * w[n][k]) * scale[n] * actScale[m] + bias[n]; w has"
                    + " the given bits and group scales; transposed: w is [k][n], int8, no groups"),
    /** Sparse matrix times matrix, prefill parallelism. */
    SPMM(0x0A, Unit.MPE, Opcode.SPARSE, "as SPMV, with the MPE in matrix-matrix mode"),
    /** Sparse matrix times vector, decode parallelism. */
    SPMV(0x0B, Unit.MPE, Opcode.SPARSE,
            "out[m][n] = float(sum_k x[m][k] * w[n][k]) * scale[n] * actScale[m] + bias[n]; w is"
                    + " ceil(n / 16) strips of stripBytes that each take the given steps, the"
                    + " scales lie behind them; x is gathered where a weight is kept"),
    /** RMSNorm or LayerNorm. */
    NORM(0x10, Unit.SFU, "kind:1 src:22*4 srcStride:18*4 dst:22*4 dstStride:18*4 weight:20*4"
            + " bias:20*4 rows:16+ cols:20 eps:32",
            "dst[r] = norm(src[r]) * PAR[weight] (+ PAR[bias] for LAYER), per row of cols"),
    /** Dynamic activation quantisation. */
    QUANT(0x11, Unit.SFU, "src:22*4 srcStride:18*4 dst:20*16 dstStride:18*16 scale:22*4"
            + " scaleStride:14*4 rows:16+ cols:20+ multiply:1 multiplier:20*4",
            "scale[r] = max|v| / 127, dst[r] = int8(round-half-even(v * (127 / max|v|))), v ="
                    + " src[r] (* WGT[multiplier] elementwise); zero padding to a multiple of 16"),
    /** Scaled, optionally causal softmax. */
    SOFTMAX(0x12, Unit.SFU, "data:22*4 stride:18*4 rows:16+ cols:20+ factor:32 causal:1",
            "in place data[r] = softmax(data[r] * factor) over the first len columns and 0 after"
                    + " them; len = cols; causal: row r is token POS + r, and only the columns of"
                    + " tokens that it sees count, see SPAN"),
    /** Rotary position embedding. */
    ROPE(0x13, Unit.SFU, "data:22*4 stride:18*4 rows:16+ heads:10 headDim:12 rotaryDim:12 style:1"
            + " table:20*4",
            "in place rotation of pairs of each head; PAR[table] holds a row of rotaryDim / 2"
                    + " cosines then rotaryDim / 2 sines for each r"),
    /** Element-wise function. */
    EWISE(0x14, Unit.SFU, "fn:4 a:22*4 aStride:18*4 bSpace:2 b:22*4 bStride:18*4 out:22*4"
            + " outStride:18*4 rows:16+ cols:20 last:1",
            "out[r] = fn(a[r], b[r]) over cols; stride 0 repeats a row; last: only the row"
                    + " CNT - 1 of a (and of b where its stride is not 0) is taken"),
    /** Broadcast a block to every core. */
    BCAST(0x18, Unit.SYS, "src:22*4 srcStride:18*4 dst:22*4 dstStride:18*4 rows:16+ cols:20",
            "ACT[dst + r * dstStride ..] of every core, this one included, = ACT[src + r *"
                    + " srcStride ..], cols binary32 each"),
    /** Barrier over all cores. */
    SYNC(0x19, Unit.SYS, "gather:22*4 bytes:28",
            "all cores wait for each other; ACT[gather .. gather + bytes) is what broadcasts before"
                    + " it may have written"),
    /** Loop head. */
    LOOP(0x20, Unit.SEQ, "count:20+", "repeat to ENDLOOP; drains the core's queues first"),
    /** Loop end. */
    ENDLOOP(0x21, Unit.SEQ, "", "end of the loop body; drains the core's queues"),
    /** Base register update. */
    SETB(0x22, Unit.SEQ, "base:3 value:40 add:1", "B(base) = value, or += value if add"),
    /** End of the program. */
    END(0x23, Unit.SEQ, "", "the step is over for this core when its queues are empty"),
    /** Block-sparse attention. */
    SPAN(0x24, Unit.SEQ, "global:8 window:16 growth:8",
            "sets the span: which blocks of 64 tokens a token attends to, and so what ctx and tile"
                    + " count; window 0 is dense, as at the start of a step"),
    /** Head of a repetition. */
    REP(0x25, Unit.SEQ, "count:20", "what follows up to ENDREP is dispatched count times, as if"
            + " written out; nothing drains"),
    /** End of a repetition. */
    ENDREP(0x26, Unit.SEQ, "", "end of the body of REP");

    /** Size of an encoded instruction. */
    public static final int WORD_BYTES = 32;

    private static final String MATRIX = "act:20*16 actStride:18*16 bits:3 group:3 scaled:1"
            + " biased:1 transposed:1 actScale:22*4 actScaleStride:14*4 weight:20*16 scale:20*16"
            + " out:22*4 outStride:18*4 m:16+ n:18+ k:18+";

    private static final String SPARSE = "act:20*16 weight:20*16 group:3 biased:1 actStride:18*16"
            + " actScale:22*4 outStride:18*4 actScaleStride:14*4 stripBytes:16*16 steps:16 m:16+"
            + " out:22*4 n:18 k:18";

    private final int code;
    private final Unit unit;
    private final List<Field> fields;
    private final String meaning;

    Opcode(int code, Unit unit, String fields, String meaning) {
        this.code = code;
        this.unit = unit;
        this.fields = layout("code:6 waits:5 releases:5 " + fields);
        this.meaning = meaning;
    }

    /** The operation code, in the lowest bits of the word. */
    public int code() {
        return code;
    }

    /** The unit that executes it. */
    public Unit unit() {
        return unit;
    }

    /** All fields with their places, the header first. */
    public List<Field> fields() {
        return fields;
    }

    /** What it does, in one sentence. */
    public String meaning() {
        return meaning;
    }

    /** The mnemonic used by assembler and disassembler. */
    public String mnemonic() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    private static List<Field> layout(String spec) {
        var out = new ArrayList<Field>();
        int bit = 0;
        for (String item : spec.trim().split(" +")) {
            int colon = item.indexOf(':');
            String name = item.substring(0, colon);
            boolean extent = item.endsWith("+");
            String[] size = item.substring(colon + 1, item.length() - (extent ? 1 : 0))
                    .split("\\*");
            int granule = size.length > 1 ? Integer.parseInt(size[1]) : 1;
            bit = place(out, name, Integer.parseInt(size[0]), granule, bit);
            if (extent) {
                bit = place(out, name + "Mode", 2, 1, bit);
            }
        }
        return List.copyOf(out);
    }

    private static int place(List<Field> out, String name, int bits, int granule, int bit) {
        int start = bit / 64 == (bit + bits - 1) / 64 ? bit : (bit / 64 + 1) * 64;
        if (start + bits > WORD_BYTES * 8) {
            throw new IllegalArgumentException("instruction word full at field " + name);
        }
        out.add(new Field(name, bits, granule, start / 64, start % 64));
        return start + bits;
    }
}
