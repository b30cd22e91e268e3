package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.compiler.artifact.ArtifactFile;
import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.fpga.Phase;
import dev.skein.ffi.xrt.XrtLedger;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.runtime.backend.sim.Machine;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.xrt.SoftwareCard;
import dev.skein.runtime.backend.xrt.XrtCard;
import dev.skein.runtime.backend.xrt.XrtOptions;
import dev.skein.runtime.measure.PartTimes;
import dev.skein.runtime.measure.Prefix;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.trace.StepObserver;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of a step by prefixes of its program: on a clock of the simulator's, and on a card. */
class PartsTest {
    private static final int POSITION = 5;

    @TempDir
    private static Path folder;
    private static Path artifact;
    private static Arena arena;
    private static Executable executable;
    private static Board board;

    @BeforeAll
    static void compile() throws IOException {
        artifact = folder.resolve("tales.h5");
        assertEquals(0, Cli.run("compile", "tales", "-o", artifact, "--weights", "w4", "--context",
                64).exitCode());
        arena = Arena.ofShared();
        executable = ArtifactFile.read(artifact, arena);
        board = Boards.load("u280");
    }

    @AfterAll
    static void close() {
        arena.close();
        assertEquals(0, XrtLedger.liveCount());
    }

    private static Program decode() {
        return executable.program(Phase.DECODE).program();
    }

    private static double simulated(Prefix prefix) {
        var memory = DeviceMemory.of(List.of(decode()),
                r -> executable.images().segments().get(r.name()));
        memory.writeTokens(1);
        return Machine.cycle(prefix.program(), board, memory, StepObserver.NONE)
                .run(POSITION, 1).orElseThrow().seconds();
    }

    /** A device that jitters, is as fast as predicted, and has one part that is 30 us slower. */
    @Test
    void theSlowPartIsNamed() {
        List<Prefix> prefixes = Prefix.of(decode().withoutRepetitions(), 64);
        assertTrue(prefixes.size() > 4 * 4 && prefixes.size() <= 64, prefixes.toString());
        Map<String, Double> times = new HashMap<>();
        prefixes.forEach(p -> times.put(p.part(), simulated(p)));
        for (int i = 1; i < prefixes.size(); i++) {
            assertTrue(times.get(prefixes.get(i).part()) > times.get(prefixes.get(i - 1).part()),
                    prefixes.get(i).part());
        }
        for (int slow = 1; slow < prefixes.size(); slow++) {
            int at = slow;
            var jitter = new Random(slow);
            PartTimes found = PartTimes.of(prefixes, p -> times.get(p.part()),
                    p -> 50e-6 + times.get(p.part()) + jitter.nextGaussian() * 3e-6
                            + (prefixes.indexOf(p) >= at ? 30e-6 : 0), 31);
            assertEquals(prefixes.get(slow).part(), found.worst().orElseThrow().name(),
                    "seed " + slow);
            assertEquals(times.get(prefixes.getLast().part()), found.parts().stream()
                    .mapToDouble(PartTimes.Part::predictedSeconds).sum(), 1e-12);
        }
        PartTimes exact = PartTimes.of(prefixes, p -> times.get(p.part()),
                p -> times.get(p.part()), 3);
        assertEquals(Optional.empty(), exact.worst());
    }

    @Test
    void aProgramIsCutAtEachSyncOrNotAtAll() {
        assertEquals(1, Prefix.of(decode(), 1).size());
        List<Prefix> all = Prefix.of(decode(), Integer.MAX_VALUE);
        assertTrue(all.size() > 2, all.size() + " prefixes");
        assertEquals(decode().streams(), all.getLast().program().program().streams());
        assertEquals(all.size(), all.stream().map(Prefix::part).distinct().count());
        for (Prefix p : all.subList(0, all.size() - 1)) {
            assertTrue(p.part().startsWith("to SYNC ") && p.part().endsWith(" sync"), p.part());
        }
        assertTrue(all.getLast().part().startsWith("to END: "), all.getLast().part());
    }

    /** Written out, a program dispatches the same; only its stream takes longer to fetch. */
    @Test
    void repetitionsWrittenOutAreTheSameStep() {
        Program program = decode();
        assertTrue(program.streams().stream().flatMap(List::stream)
                .anyMatch(i -> i instanceof Instruction.Repeat), "nothing to write out");
        Prefix folded = Prefix.of(program, 1).getFirst();
        Prefix written = Prefix.of(program.withoutRepetitions(), 1).getFirst();
        assertTrue(written.program().program().streams().stream().flatMap(List::stream)
                .noneMatch(i -> i instanceof Instruction.Repeat));
        double[] seconds = new double[2];
        List<float[]> logits = new ArrayList<>();
        for (Prefix p : List.of(folded, written)) {
            var memory = DeviceMemory.of(List.of(program),
                    r -> executable.images().segments().get(r.name()));
            memory.writeTokens(1);
            seconds[logits.size()] = Machine.cycle(p.program(), board, memory, StepObserver.NONE)
                    .run(POSITION, 1).orElseThrow().seconds();
            logits.add(memory.readLogits(executable.config().vocabSize()));
        }
        assertArrayEquals(logits.getFirst(), logits.getLast());
        assertEquals(1, seconds[1] / seconds[0], 0.01);
    }

    /** Steps after measuring have the logits, to the bit, of steps without. */
    @Test
    void measuringChangesNothing() throws IOException, InterruptedException {
        try (var card = SoftwareCard.open(Files.createDirectory(folder.resolve("card")), true);
                var simulated = new SimAccelerator(executable, board,
                        SimAccelerator.Timing.FUNCTIONAL);
                var device = XrtCard.deploy("tales.h5", executable, board, new XrtOptions(
                        Optional.of(card.xclbin()), 0, XrtOptions.LIMIT, false, Map.of()),
                        Optional.empty())) {
            device.load(_ -> { });
            int[][] steps = {{1, 5, 9}, {7}, {11}};
            for (int[] tokens : steps) {
                assertArrayEquals(simulated.step(tokens).logits(), device.step(tokens).logits());
                for (Prefix p : Prefix.of(executable.programs().of(device.position(), 1).program()
                        .program(), 5)) {
                    assertTrue(device.time(p.program(), 3) > 0, p.part());
                }
            }
            JsonNode json = Cli.run("deploy", artifact, "--board", "u280", "--xclbin",
                    card.xclbin(), "-n", 1, "--parts", "--json").json();
            assertTrue(json.get("parts").size() > 2, json.toString());
            assertTrue(json.get("parts").get(0).get("part").asText().startsWith("to SYNC "),
                    json.toString());
        }
    }
}
