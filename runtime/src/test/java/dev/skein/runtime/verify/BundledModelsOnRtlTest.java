package dev.skein.runtime.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.compiler.artifact.Executable;
import dev.skein.hls.board.Board;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.sim.rtl.RtlMpe;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The bundled models with every matrix instruction of every layer on the RTL of the MPE: logits
 * bit-identical to the functional simulator's, each instruction in the cycles that the cycle
 * simulator charges.
 */
class BundledModelsOnRtlTest {
    private static final int TOKENS = 4;

    @ParameterizedTest
    @CsvSource({BundledModel.TALES + ", w4", BundledModel.TALES_SPARSE + ", "})
    void logitsAreTheSame(String model, String weights) throws IOException {
        assumeTrue(RtlMpe.isBuilt(), "the RTL is not built: Verilator is not installed");
        try (LoadedModel loaded = new Loader(new LoadOptions(DeviceKind.SIM, Timing.FUNCTIONAL,
                "u280", Optional.ofNullable(weights), OptionalInt.empty()), _ -> { })
                .load(model)) {
            int[] prompt = loaded.tokenizer().encodeWithBos("Once upon a time");
            Target rtl = Targets.of(List.of("rtl")).getFirst();
            Executable executable = loaded.executable().orElseThrow();
            Board board = ((SimAccelerator) loaded.accelerator()).board();
            Comparison c;
            String said;
            try (var execution = rtl.open(new Target.Subject(executable, board,
                    _ -> loaded)).orElseThrow(IOException::new)) {
                c = new Verification(executable, board, prompt, TOKENS)
                        .run(rtl.name(), execution.accelerator());
                said = execution.remark().get().orElseThrow();
            }
            assertEquals(Optional.empty(), c.first());
            assertEquals(0, c.mismatches());
            assertEquals(prompt.length + TOKENS, c.tokens());
            assertTrue(said.matches("[1-9][0-9,]* matrix instructions in [1-9][0-9,]* cycles .*"),
                    said);
        }
    }
}
