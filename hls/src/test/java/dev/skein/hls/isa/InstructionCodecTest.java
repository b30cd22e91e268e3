package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InstructionCodecTest {
    private static final long SEED = 20250117;

    /** An instruction with every component at the smallest value but one. */
    private static Instruction with(Opcode o, int position, long first, long second) {
        List<Component> components = Layout.of(o).components();
        Object[] values = new Object[components.size()];
        for (int i = 0; i < values.length; i++) {
            Component c = components.get(i);
            values[i] = i == position ? c.value(first, second) : c.value(c.min(), 0);
        }
        return Layout.of(o).create(values);
    }

    private static void roundTrip(Instruction i) {
        long[] words = InstructionCodec.encode(i);
        assertEquals(i, InstructionCodec.decode(words), () -> Arrays.toString(words));
        assertArrayEquals(words, InstructionCodec.encode(InstructionCodec.decode(words)));
    }

    @ParameterizedTest
    @EnumSource(Opcode.class)
    void everyFieldBoundary(Opcode o) {
        List<Component> components = Layout.of(o).components();
        for (int p = 0; p < components.size(); p++) {
            Component c = components.get(p);
            long granule = c.field().granule();
            for (long v : new long[] {c.min(), granule, c.max() - granule, c.max()}) {
                if (v < c.min() || v > c.max()) {
                    continue;
                }
                long seconds = c.second() == null ? 1 : 1L << c.second().bits();
                for (long s = 0; s < seconds; s++) {
                    roundTrip(with(o, p, v, s));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Opcode.class)
    void outOfRangeIsRefused(Opcode o) {
        List<Component> components = Layout.of(o).components();
        for (int p = 0; p < components.size(); p++) {
            Component c = components.get(p);
            var bad = new ArrayList<Long>();
            if (c.kind() == Component.Kind.INT || c.kind() == Component.Kind.LONG) {
                bad.add(c.max() + c.field().granule());
                bad.add(-(long) c.field().granule());
                if (c.field().granule() > 1) {
                    bad.add(1L);
                }
            } else if (c.kind() == Component.Kind.EXTENT) {
                bad.add(c.max() + 1);
            }
            for (long v : bad) {
                Instruction i = with(o, p, v, 0);
                var e = assertThrows(ProgramException.class, () -> InstructionCodec.encode(i));
                assertEquals(o.mnemonic() + ", field " + c.name() + ": " + v + "; " + c.allowed(),
                        e.getMessage());
            }
        }
    }

    @Test
    void randomInstructions() {
        var random = new SplittableRandom(SEED);
        var stream = new ArrayList<Instruction>();
        for (int n = 0; n < 5000; n++) {
            stream.add(RandomInstructions.any(random));
        }
        byte[] bytes = InstructionCodec.encodeStream(stream);
        assertEquals(stream, InstructionCodec.decodeStream(bytes), "seed " + SEED);
        assertArrayEquals(bytes,
                InstructionCodec.encodeStream(InstructionCodec.decodeStream(bytes)));
    }

    /** Whatever decodes encodes to the same words; everything else is one line. */
    @Test
    void randomWords() {
        var random = new SplittableRandom(SEED);
        for (int n = 0; n < 20000; n++) {
            Opcode o = Opcode.values()[random.nextInt(Opcode.values().length)];
            long[] words = random.longs(4).toArray();
            for (int w = 0; w < 4; w++) {
                words[w] &= Layout.of(o).usedBits(w);
            }
            words[0] = words[0] & ~63L | o.code();
            try {
                long[] again = InstructionCodec.encode(InstructionCodec.decode(words));
                assertArrayEquals(words, again, "seed " + SEED + ", word " + n);
            } catch (ProgramException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            }
        }
    }

    private static String refused(long... words) {
        return assertThrows(ProgramException.class, () -> InstructionCodec.decode(words))
                .getMessage();
    }

    @Test
    void wrongWordsAreRefused() {
        assertEquals("field code: 0x3f is no instruction; see the table in docs/isa.md",
                refused(0x3f, 0, 0, 0));
        assertEquals("end, word 3: bits 0x8000000000000000 belong to no field; they have to be 0",
                refused(Opcode.END.code(), 0, 0, 1L << 63));
        assertEquals("loop, field count: 0; from 1 to 1048575",
                refused(Opcode.LOOP.code(), 0, 0, 0));
        long[] load = InstructionCodec.encode(with(Opcode.LD, 0, 0, 0));
        Field space = Opcode.LD.fields().get(3);
        assertEquals("dstSpace", space.name());
        load[space.word()] |= 3L << space.shift();
        assertEquals("ld, field dstSpace: 3; one of [ACT, WGT, PAR]", refused(load));
    }

    @Test
    void wrongStreamsAreRefused() {
        byte[] two = InstructionCodec.encodeStream(List.of(
                new Instruction.End(Tokens.NONE), new Instruction.End(Tokens.NONE)));
        two[32] = 0x3e;
        var e = assertThrows(ProgramException.class, () -> InstructionCodec.decodeStream(two));
        assertEquals("instruction 1 at byte 32, field code: 0x3e is no instruction; see the table"
                + " in docs/isa.md", e.getMessage());
        e = assertThrows(ProgramException.class, () -> InstructionCodec.decodeStream(new byte[33]));
        assertEquals("instruction stream of 33 bytes; a multiple of 32", e.getMessage());
        e = assertThrows(ProgramException.class, () -> InstructionCodec.encodeStream(List.of(
                new Instruction.End(Tokens.NONE),
                new Instruction.SetBase(Tokens.NONE, 8, 0, false))));
        assertEquals("instruction 1 at byte 32, setb, field base: 8; from 0 to 7",
                e.getMessage());
    }

    private record Wrong(Tokens tokens, int unknown) {}

    private record Short(Tokens tokens) {}

    private record Wide(Tokens tokens, Extent count, int more) {}

    @Test
    void tableAndRecordsMustMatch() {
        var e = assertThrows(IllegalStateException.class,
                () -> Layout.match(Opcode.LOOP, Wrong.class));
        assertEquals("component unknown of record Wrong needs a field unknown in row LOOP; fields"
                + " left there: [count, countMode]", e.getMessage());
        e = assertThrows(IllegalStateException.class,
                () -> Layout.match(Opcode.LOOP, Short.class));
        assertEquals("fields [count, countMode] of row LOOP have no component in record Short",
                e.getMessage());
        e = assertThrows(IllegalStateException.class,
                () -> Layout.match(Opcode.LOOP, Wide.class));
        assertEquals("component more of record Wide needs a field more in row LOOP; fields left"
                + " there: []", e.getMessage());
    }

    @ParameterizedTest
    @EnumSource(Opcode.class)
    void fieldsDoNotOverlap(Opcode o) {
        long[] seen = new long[4];
        for (Field f : o.fields()) {
            long bits = Layout.mask(f) << f.shift();
            assertEquals(0, seen[f.word()] & bits, o + " " + f);
            seen[f.word()] |= bits;
        }
        assertEquals(o, with(o, 0, 0, 0).opcode());
    }
}
