package dev.skein.hls.isa;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes instructions into words of {@value Opcode#WORD_BYTES} bytes, little-endian, and back,
 * from the instruction table alone. Both directions refuse what the other could not give back.
 */
public final class InstructionCodec {
    private static final int WORDS = Opcode.WORD_BYTES / Long.BYTES;
    private static final Field CODE = Opcode.END.fields().getFirst();
    private static final Opcode[] BY_CODE = byCode();
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private InstructionCodec() {}

    private static Opcode[] byCode() {
        var out = new Opcode[1 << CODE.bits()];
        for (Opcode o : Opcode.values()) {
            if (out[o.code()] != null) {
                throw new IllegalStateException(o + " and " + out[o.code()] + " have one code");
            }
            out[o.code()] = o;
        }
        return out;
    }

    /**
     * The four words of an instruction.
     *
     * @throws ProgramException if a component does not fit its field
     */
    public static long[] encode(Instruction instruction) {
        long[] words = new long[WORDS];
        encode(instruction, words);
        return words;
    }

    /** Encodes into the first four elements of {@code words}. */
    static void encode(Instruction instruction, long[] words) {
        Layout layout = Layout.of(instruction.opcode());
        check(instruction, layout);
        words[0] = layout.opcode().code();
        words[1] = 0;
        words[2] = 0;
        words[3] = 0;
        for (Component c : layout.components()) {
            Field f = c.field();
            words[f.word()] |= c.get(instruction) / f.granule() << f.shift();
            Field second = c.second();
            if (second != null) {
                words[second.word()] |= c.getSecond(instruction) << second.shift();
            }
        }
    }

    /**
     * Checks that every component fits its field.
     *
     * @throws ProgramException naming field, value and what is allowed
     */
    public static void check(Instruction instruction) {
        check(instruction, Layout.of(instruction.opcode()));
    }

    private static void check(Instruction instruction, Layout layout) {
        Component wrong = misfit(instruction, layout);
        if (wrong != null) {
            throw new ProgramException(layout.opcode().mnemonic() + ", field " + wrong.name()
                    + ": " + wrong.get(instruction) + "; " + wrong.allowed());
        }
    }

    /** The first component that does not fit its field, or null. */
    static Component misfit(Instruction instruction) {
        return misfit(instruction, Layout.of(instruction.opcode()));
    }

    private static Component misfit(Instruction instruction, Layout layout) {
        for (Component c : layout.components()) {
            long value = c.get(instruction);
            if (value < c.min() || value > c.max() || value % c.field().granule() != 0) {
                return c;
            }
        }
        return null;
    }

    /**
     * The instruction in four words.
     *
     * @throws ProgramException for an unknown code, a bit outside the fields, an enum value or
     *     extent that does not exist
     */
    public static Instruction decode(long[] words) {
        Opcode opcode = BY_CODE[(int) (words[0] & Layout.mask(CODE))];
        if (opcode == null) {
            throw new ProgramException("field code: 0x"
                    + Long.toHexString(words[0] & Layout.mask(CODE)) + " is no instruction; see"
                    + " the table in docs/isa.md");
        }
        Layout layout = Layout.of(opcode);
        for (int w = 0; w < WORDS; w++) {
            long unused = words[w] & ~layout.usedBits(w);
            if (unused != 0) {
                throw new ProgramException(opcode.mnemonic() + ", word " + w + ": bits 0x"
                        + Long.toHexString(unused) + " belong to no field; they have to be 0");
            }
        }
        Object[] values = new Object[layout.components().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(opcode, layout.components().get(i), words);
        }
        return layout.create(values);
    }

    private static Object value(Opcode opcode, Component c, long[] words) {
        long first = stored(c.field(), words) * c.field().granule();
        if (first < c.min() || first > c.max()) {
            throw new ProgramException(opcode.mnemonic() + ", field " + c.name() + ": " + first
                    + "; " + c.allowed());
        }
        return c.value(first, c.second() == null ? 0 : stored(c.second(), words));
    }

    private static long stored(Field f, long[] words) {
        return words[f.word()] >>> f.shift() & Layout.mask(f);
    }

    /** The encoded stream, {@value Opcode#WORD_BYTES} bytes an instruction. */
    public static byte[] encodeStream(List<Instruction> stream) {
        byte[] bytes = new byte[Math.multiplyExact(stream.size(), Opcode.WORD_BYTES)];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        long[] words = new long[WORDS];
        long at = 0;
        for (Instruction instruction : stream) {
            try {
                encode(instruction, words);
            } catch (ProgramException e) {
                throw in(at, e);
            }
            for (int w = 0; w < WORDS; w++) {
                segment.set(LONG, at + 8L * w, words[w]);
            }
            at += Opcode.WORD_BYTES;
        }
        return bytes;
    }

    /** The instructions of an encoded stream. */
    public static List<Instruction> decodeStream(byte[] stream) {
        return decodeStream(MemorySegment.ofArray(stream));
    }

    /**
     * The instructions of an encoded stream.
     *
     * @throws ProgramException naming the offset of the instruction and the field
     */
    public static List<Instruction> decodeStream(MemorySegment stream) {
        if (stream.byteSize() % Opcode.WORD_BYTES != 0
                || stream.byteSize() / Opcode.WORD_BYTES > Integer.MAX_VALUE - 8) {
            throw new ProgramException("instruction stream of " + stream.byteSize()
                    + " bytes; a multiple of " + Opcode.WORD_BYTES);
        }
        var out = new ArrayList<Instruction>((int) (stream.byteSize() / Opcode.WORD_BYTES));
        long[] words = new long[WORDS];
        for (long at = 0; at < stream.byteSize(); at += Opcode.WORD_BYTES) {
            for (int w = 0; w < WORDS; w++) {
                words[w] = stream.get(LONG, at + 8L * w);
            }
            try {
                out.add(decode(words));
            } catch (ProgramException e) {
                throw in(at, e);
            }
        }
        return out;
    }

    private static ProgramException in(long offset, ProgramException e) {
        return new ProgramException("instruction " + offset / Opcode.WORD_BYTES + " at byte "
                + offset + ", " + e.getMessage());
    }
}
