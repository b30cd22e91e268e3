package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.sim.functional.DeviceMemory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is refused, and what a fault says. */
class HlsMachineTest {
    private static final BufferSizes SMALL = new BufferSizes(4096, 4096, 0);
    private static final Region TABLE =
            new Region("table", Memory.DDR, Region.SHARED, Region.Kind.TABLES, 3, 0, 1024);
    private static final Region IDS =
            new Region("ids", Memory.DDR, Region.SHARED, Region.Kind.INPUT, 4, 1024, 64);

    private static VerifiedProgram program(int cores, BufferSizes buffers) {
        var gather = new Instruction.LoadGather(Tokens.NONE, 0, 32, 3, 0, 32, IDS.offset(),
                Extent.tokens(1));
        List<List<Instruction>> streams = new ArrayList<>();
        for (int core = 0; core < cores; core++) {
            streams.add(List.of(gather, new Instruction.End(Tokens.NONE)));
        }
        return ProgramVerifier.verify(new Program("rows", 4, 16, buffers, List.of(TABLE, IDS),
                streams));
    }

    private static DeviceMemory memory(VerifiedProgram p) {
        return DeviceMemory.of(List.of(p.program()), _ -> null);
    }

    @Test
    void saysWhichInstructionFoundABadRow() throws Exception {
        HlsLibrary library = Kernels.committed();
        VerifiedProgram p = program(2, SMALL);
        DeviceMemory memory = memory(p);
        try (var machine = new HlsMachine(p, memory, library)) {
            memory.writeTokens(1, 31);
            machine.run(0, 2);
            assertEquals(4, machine.instructions());
            memory.writeTokens(1, 32);
            var e = assertThrows(CoSimulationException.class, () -> machine.run(0, 2));
            assertEquals("program rows, core 0, instruction 0 (ldg): row number 32: not in its"
                    + " region", e.getMessage());
        }
    }

    @Test
    void refusesLengthsItWasNotCompiledFor() throws Exception {
        VerifiedProgram p = program(1, SMALL);
        try (var machine = new HlsMachine(p, memory(p), Kernels.committed())) {
            var e = assertThrows(IllegalArgumentException.class, () -> machine.run(13, 4));
            assertEquals("program rows: position 13, tokens 4; allowed 1 to 4 tokens and position"
                    + " + tokens up to 16", e.getMessage());
        }
    }

    @Test
    void refusesWhatTheBoardDoesNotHave() throws Exception {
        HlsLibrary library = Kernels.committed();
        VerifiedProgram many = program(library.cores() + 1, SMALL);
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> new HlsMachine(many, memory(many), library)).getMessage()
                .startsWith("a card of 4 cores: "));
        VerifiedProgram wide = program(1, new BufferSizes(library.buffers().actBytes() + 1, 0, 0));
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> new HlsMachine(wide, memory(wide), library)).getMessage()
                .startsWith("buffers of 8388609, 0 and 0 bytes: not on the board"));
    }

    @Test
    void faultsAreThoseOfTheHeader() throws Exception {
        String header = Files.readString(Kernels.root().resolve("hls/src/main/cpp/fault.h"));
        Matcher m = Pattern.compile("(?m)^ {4}([A-Z_]+) = (\\d+)").matcher(header);
        List<String> found = new ArrayList<>();
        while (m.find()) {
            assertEquals(found.size(), Integer.parseInt(m.group(2)));
            found.add(m.group(1));
        }
        assertEquals(List.of(HlsFault.values()).stream().map(Enum::name).toList(), found);
    }
}
