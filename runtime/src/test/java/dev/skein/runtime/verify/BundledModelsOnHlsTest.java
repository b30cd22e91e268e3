package dev.skein.runtime.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.artifact.Executable;
import dev.skein.hls.board.Board;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.backend.sim.Machine;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.device.StepCost;
import dev.skein.sim.rtl.HlsCard;
import dev.skein.sim.rtl.HlsLibrary;
import dev.skein.sim.rtl.HlsMachine;
import dev.skein.sim.rtl.HlsRecorder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The bundled models, the dense one in W4A8 and the sparse one as it is, on the HLS kernels: logits
 * bit-identical to the functional simulator's, then the same programs and memory images under the
 * sanitizers, without a JVM.
 */
class BundledModelsOnHlsTest {
    private static final int TOKENS = 16;
    private static final Pattern REPLAYED =
            Pattern.compile("records \\d+ steps (\\d+) compared (\\d+)\nfault 0 (\\d+)\n");

    @TempDir
    private Path folder;

    private LoadedModel load(String model, String weights) throws IOException {
        return new Loader(new LoadOptions(DeviceKind.SIM, Timing.FUNCTIONAL, "u280",
                Optional.ofNullable(weights), OptionalInt.empty()), _ -> { }).load(model);
    }

    @ParameterizedTest
    @CsvSource({BundledModel.TALES + ", w4", BundledModel.TALES_SPARSE + ", "})
    void logitsAreTheSameAndTheSanitizersFindNothing(String model, String weights)
            throws Exception {
        HlsLibrary library = Kernels.library();
        Path replayer = Kernels.replayer();
        List<Path> dumps = new ArrayList<>();
        int steps = 0;
        int logitsBytes = 0;
        try (LoadedModel loaded = load(model, weights)) {
            Executable executable = loaded.executable().orElseThrow();
            Board board = ((SimAccelerator) loaded.accelerator()).board();
            int[] prompt = loaded.tokenizer().encodeWithBos("Once upon a time");
            Comparison c = new Verification(executable, board, prompt, TOKENS).run("hls",
                    (program, memory) -> {
                        Path dump = folder.resolve("dump" + dumps.size());
                        dumps.add(dump);
                        try {
                            return machine(new HlsMachine(program, memory,
                                    new HlsRecorder(new HlsCard(library, 0), dump)));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
            assertEquals(Optional.empty(), c.first());
            assertEquals(0, c.mismatches());
            assertEquals(prompt.length + TOKENS, c.tokens());
            steps = c.steps();
            logitsBytes = 4 * executable.config().vocabSize();
        }
        assertEquals(2, dumps.size(), "prefill and decode");
        int replayed = 0;
        for (Path dump : dumps) {
            String said = Kernels.run(List.of(replayer.toString(), dump.toString()));
            Matcher m = REPLAYED.matcher(said);
            assertTrue(m.matches(), said);
            int done = Integer.parseInt(m.group(1));
            assertEquals(done, Integer.parseInt(m.group(3)), said);
            assertTrue(Long.parseLong(m.group(2)) >= (long) done * logitsBytes, said);
            replayed += done;
        }
        assertEquals(steps, replayed);
    }

    private static Machine machine(HlsMachine machine) {
        return new Machine() {
            @Override
            public Optional<StepCost> run(int position, int tokens) {
                machine.run(position, tokens);
                return Optional.empty();
            }

            @Override
            public void close() {
                machine.close();
            }
        };
    }
}
