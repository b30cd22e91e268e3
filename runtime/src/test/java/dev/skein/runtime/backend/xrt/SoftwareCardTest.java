package dev.skein.runtime.backend.xrt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.artifact.ArtifactFile;
import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.ffi.xrt.XrtLedger;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.Loader;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The back end against a card in software whose compute units are the HLS kernels: what the host
 * says over XRT is enough for them, and they give the functional simulator's logits.
 */
class SoftwareCardTest {
    @TempDir
    private static Path folder;
    private static SoftwareCard card;
    private static Path artifact;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        card = SoftwareCard.open(folder, true);
        artifact = folder.resolve("tales.h5");
        var options = new LoadOptions(DeviceKind.SIM, Timing.FUNCTIONAL, "u280",
                Optional.of("w4"), OptionalInt.of(64));
        try (var model = Model.open(
                BundledModel.resolve("tales")); Arena arena = Arena.ofShared()) {
            ArtifactFile.write(artifact, new Loader(options, _ -> { }).compile(model,
                    Boards.load("u280"), arena));
        }
    }

    @AfterAll
    static void close() {
        card.close();
        assertEquals(0, XrtLedger.liveCount());
    }

    @Test
    void logitsAreTheFunctionalSimulators() throws IOException {
        Board board = Boards.load("u280");
        var options = new XrtOptions(Optional.of(card.xclbin()), 0, XrtOptions.LIMIT, false,
                Map.of());
        try (Arena arena = Arena.ofShared()) {
            Executable executable = ArtifactFile.read(artifact, arena);
            try (var simulated = new SimAccelerator(executable, board, Timing.FUNCTIONAL);
                    XrtAccelerator device = XrtCard.deploy(artifact.toString(), executable, board,
                            options, Optional.empty())) {
                assertTrue(device.computes());
                device.load(_ -> { });
                for (int sequence = 0; sequence < 2; sequence++) {
                    for (int[] tokens : new int[][] {{1, 17, 300, 45, 9}, {7}, {2, 3}, {250},
                        {11}}) {
                        assertArrayEquals(simulated.step(tokens).logits(),
                                device.step(tokens).logits());
                        assertEquals(simulated.position(), device.position());
                    }
                    simulated.reset();
                    device.reset();
                }
            }
        }
    }
}
