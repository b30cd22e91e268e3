package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.hls.isa.sample.RandomPrograms;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssemblerTest {
    private static final long SEED = 4711;

    @Test
    void reads() {
        Instruction mv = new Instruction.MatVec(new Tokens(1, 0b1010), 0x100, 64, WeightBits.W4, 1,
                true, false, false, 0x40, 4, 0x200, 0x1000, 0x2004, 256, Extent.fixed(1),
                Extent.tile(512), Extent.context(1));
        String text = "mv act=0x100 actStride=64 bits=w4 group=1 scaled=true biased=false"
                + " transposed=false actScale=0x40 actScaleStride=4 weight=0x200 scale=0x1000"
                + " out=0x2004 outStride=256 m=1 n=tile(512) k=ctx*1 wait=LD release=ST,SFU";
        assertEquals(text, Disassembler.disassemble(mv));
        assertEquals(List.of(mv), Assembler.assemble(text));
        // Any order and case, other notations, comments.
        assertEquals(List.of(mv, new Instruction.End(Tokens.NONE)), Assembler.assemble(
                "; a comment\n\n  MV wait=ld release=SFU,st k=ctx n=tile(0x200) m=1 outStride=0x100"
                        + " out=8196 scale=4096 weight=512 actScaleStride=4 actScale=64 scaled=1"
                        + " biased=0 transposed=0 group=1 bits=W4 actStride=64 act=256 ; more\n"
                        + "end"));
    }

    @Test
    void printsLoopsIndented() {
        String text = """
                loop count=tokens*2
                  setb base=1 value=0x40 add=true
                endloop
                softmax data=0x0 stride=4 rows=1 cols=ctx*1 factor=0.125 causal=false
                end
                """;
        List<Instruction> stream = Assembler.assemble(text);
        assertEquals(text, Disassembler.disassemble(stream));
        assertEquals("; program p, core 0, 5 instructions, 160 bytes\n" + text,
                Disassembler.disassemble(new Program("p", 1, 1, Small.BUFFERS, List.of(),
                        List.of(stream))));
    }

    @Test
    void roundTripOfAnything() {
        var random = new SplittableRandom(SEED);
        var stream = new ArrayList<Instruction>();
        for (int i = 0; i < 3000; i++) {
            stream.add(RandomInstructions.any(random));
        }
        assertEquals(stream, Assembler.assemble(Disassembler.disassemble(stream)),
                "seed " + SEED);
        for (int seed = 0; seed < 20; seed++) {
            Program p = RandomPrograms.generate(seed, 1, RandomPrograms.SMALLEST).program();
            assertEquals(p.streams().getFirst(),
                    Assembler.assemble(Disassembler.disassemble(p)), "seed " + seed);
        }
    }

    @Test
    void floatsWithoutNotation() {
        for (int bits : new int[] {0x7f800000, 0xff800000, 0x7fc00001, 0x80000000, 1}) {
            Instruction i = new Instruction.Softmax(Tokens.NONE, 0, 4, Extent.fixed(1),
                    Extent.fixed(1), Float.intBitsToFloat(bits), false);
            assertEquals(List.of(i), Assembler.assemble(Disassembler.disassemble(i)));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nop | line 1, column 1, instruction nop; one of [ld, ldg, st, mm, mv, spmm, spmv, \
            norm, quant, softmax, rope, ewise, bcast, sync, loop, endloop, setb, end, span, rep, \
            endrep]
            loop | line 1, column 5, no field count; all of [count]
            loop 3 | line 1, column 6, 3; name=value
            loop count=3 count=3 | line 1, column 14, field count again; each field once
            loop count=3 wait=LD wait=LD | line 1, column 22, field wait again; each field once
            loop n=3 | line 1, column 6, field n; loop has [count], wait, release
            loop tokens=3 | line 1, column 6, field tokens; loop has [count], wait, release
            loop count= | line 1, column 6, field count: ; n, tokens*n, ctx*n or tile(n), n from 1 \
            to 1048575
            loop count=tile*3 | line 1, column 6, field count: tile*3; n, tokens*n, ctx*n or \
            tile(n), n from 1 to 1048575
            loop count=ctx(3) | line 1, column 6, field count: ctx(3); n, tokens*n, ctx*n or \
            tile(n), n from 1 to 1048575
            loop count=tile(0) | line 1, column 6, field count: 0; from 1 to 1048575
            loop count=1048576 | line 1, column 6, field count: 1048576; from 1 to 1048575
            loop count=010 | line 1, column 6, field count: 010; a number from 1 to 1048575
            loop count=3 wait=SEQ | line 1, column 14, field wait: SEQ; each of LD, ST, MPE, SFU, \
            SYS at most once, separated by commas
            loop count=3 release=LD,LD | line 1, column 14, field release: LD,LD; each of LD, ST, \
            MPE, SFU, SYS at most once, separated by commas
            setb base=8 value=0 add=1 | line 1, column 6, field base: 8; from 0 to 7
            setb base=1 value=-1 add=1 | line 1, column 13, field value: -1; from 0 to \
            1099511627775
            setb base=1 value=0 add=yes | line 1, column 21, field add: yes; true or false
            sync gather=0x2 bytes=4 | line 1, column 6, field gather: 0x2; a multiple of 4 from 0 \
            to 16777212
            norm kind=rmsnorm | line 1, column 6, field kind: rmsnorm; one of [rms, layer]
            norm eps=1e40 | line 1, column 6, field eps: 1e40; a finite binary32 number or \
            bits(0x...)
            norm eps=bits(0x1ffffffff) | line 1, column 6, field eps: bits(0x1ffffffff); a finite \
            binary32 number or bits(0x...)
            """)
    void oneLineForEachMistake(String text, String message) {
        var e = assertThrows(ProgramException.class, () -> Assembler.assemble(text));
        assertEquals(message, e.getMessage());
    }

    @Test
    void lineNumbersCountComments() {
        var e = assertThrows(ProgramException.class,
                () -> Assembler.assemble("; one\n\nend\n  loop\n"));
        assertEquals("line 4, column 7, no field count; all of [count]", e.getMessage());
    }
}
