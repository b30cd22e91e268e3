package dev.skein.runtime.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.artifact.ArtifactFile;
import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.resource.FitCheck;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.Loader;
import dev.skein.runtime.Sampler;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.replay.RecordingAccelerator;
import dev.skein.runtime.replay.RunLog;
import dev.skein.runtime.replay.RunLogReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A board in the simulator that is not as its file says: the report names what deviates. */
class DeviationsTest {
    private static final int[][] STEPS = {{1, 17, 300, 45}, {7}, {250}};

    @TempDir
    private static Path folder;
    private static Arena arena;
    private static Executable executable;

    @BeforeAll
    static void compile() throws IOException {
        arena = Arena.ofShared();
        Path artifact = folder.resolve("tales.h5");
        var options = new LoadOptions(DeviceKind.SIM, Timing.CYCLE, "u280", Optional.of("w4"),
                OptionalInt.of(32));
        try (Model model = Model.open(BundledModel.resolve("tales"))) {
            ArtifactFile.write(artifact, new Loader(options, _ -> { }).compile(model,
                    Boards.load("u280"), arena));
        }
        executable = ArtifactFile.read(artifact, arena);
    }

    @AfterAll
    static void close() {
        arena.close();
    }

    /** The u280 with other values, as the one that is measured. */
    private static RunLog measured(String... keys) throws IOException {
        String text = Boards.text("u280");
        for (String key : keys) {
            String name = key.replaceFirst("=.*", "");
            assertTrue(text.contains("\n" + name + "="), name);
            text = text.replaceFirst("(?m)^" + name.replace(".", "\\.") + "=.*$", key);
        }
        Path file = Files.writeString(folder.resolve("u280.properties"), text);
        Board board = FitCheck.load(file.toString());
        Path log = folder.resolve("board.runlog");
        try (var device = new SimAccelerator(executable, board, Timing.CYCLE);
                var recorder = new RecordingAccelerator(device, log, new RunLog.Head("a board",
                        "sim", executable.header(), executable.weights(), "u280",
                        new RunLog.Limits(executable.config().vocabSize(), device.maxContext(),
                                device.maxTokens()), List.of(1, 17, 300, 45), 3,
                        Sampler.Options.GREEDY))) {
            for (int[] tokens : STEPS) {
                recorder.step(tokens);
            }
            recorder.end(new int[] {1, 17, 300, 45, 7, 250, 3});
        }
        return RunLogReader.read(log);
    }

    private static Deviations deviations(RunLog log) {
        return Deviations.of(log, executable, Boards.load("u280"));
    }

    @Test
    void aBoardThatIsAsItsFileSaysDeviatesInNothing() throws IOException {
        Deviations same = deviations(measured());
        assertEquals(Deviations.Clock.DEVICE, same.clock());
        assertTrue(same.rows().stream().allMatch(r -> r.deviation() == 0), same.toString());
        assertEquals(List.of(), same.worst(0));
        Deviations.Row decode = same.rows().get(1);
        assertEquals(Phase.DECODE, decode.phase());
        assertEquals(Deviations.STEP, decode.op());
        assertEquals(2, decode.steps());
    }

    @Test
    void aSlowSoftmaxIsNamedBeforeWhatWaitsForIt() throws IOException {
        Deviations slow = deviations(measured("sfu.softmax.latency_cycles=240"));
        // Cores have unlike numbers of heads: the others wait in a barrier for the slowest.
        assertEquals(List.of("softmax", "sync"), slow.worst(0.2).stream()
                .map(Deviations.Row::op).distinct().toList());
        Deviations.Row worst = slow.worst(0.2).getFirst();
        assertTrue(worst.excessSeconds() > 0 && worst.deviation() > 0.2, worst.toString());
        assertTrue(slow.rows().getFirst().deviation() > 0, "the steps are longer too");
    }

    @Test
    void slowMemoryAndSlowNormsAreToldApart() throws IOException {
        Deviations slow = deviations(measured("hbm.latency_ns=900",
                "sfu.rmsNorm.latency_cycles=440"));
        List<String> ops = slow.worst(0.2).stream().map(Deviations.Row::op).distinct().toList();
        assertTrue(ops.contains("ld") && ops.contains("norm"), ops.toString());
        assertTrue(!ops.contains("mm") && !ops.contains("softmax") && !ops.contains("rope"),
                ops.toString());
        for (int i = 3; i < slow.rows().size(); i++) {
            assertTrue(Math.abs(slow.rows().get(i).excessSeconds())
                    <= Math.abs(slow.rows().get(i - 1).excessSeconds()), "largest first");
        }
    }
}
