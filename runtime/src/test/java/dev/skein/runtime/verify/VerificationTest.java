package dev.skein.runtime.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.hls.isa.Region;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.backend.sim.Machine;
import dev.skein.runtime.backend.sim.Machines;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.sim.functional.DeviceMemory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Side by side with itself, and with an execution that is wrong in one bit. */
class VerificationTest {
    private static final int PROMPT = 3;
    private static final int TOKENS = 4;

    private static Comparison compare(Machines machines) throws IOException {
        try (LoadedModel loaded = new Loader(new LoadOptions(DeviceKind.SIM, Timing.FUNCTIONAL,
                "u280", Optional.of("w4"), OptionalInt.empty()), _ -> { })
                .load(BundledModel.TALES)) {
            return new Verification(loaded.executable().orElseThrow(),
                    ((SimAccelerator) loaded.accelerator()).board(), new int[] {1, 5, 9}, TOKENS)
                    .run("it", machines);
        }
    }

    @Test
    void theSameExecutionIsEqual() throws IOException {
        Comparison c = compare(Machine::functional);
        assertEquals(List.of(PROMPT + TOKENS, 1 + TOKENS, 0),
                List.of(c.tokens(), c.steps(), c.mismatches()));
        assertEquals(Optional.empty(), c.first());
    }

    @Test
    void oneBitOfOneLogitIsFound() throws IOException {
        Comparison c = compare((program, memory) -> {
            Machine right = Machine.functional(program, memory);
            return (position, tokens) -> {
                var cost = right.run(position, tokens);
                if (position == PROMPT + 1) {
                    flip(memory, 17);
                }
                return cost;
            };
        });
        assertEquals(1, c.mismatches());
        Comparison.Difference d = c.first().orElseThrow();
        assertEquals(List.of(2, PROMPT + 1, 1, 17),
                List.of(d.step(), d.position(), d.logits(), d.index()));
        assertEquals(Float.floatToRawIntBits(d.expected()) ^ 1,
                Float.floatToRawIntBits(d.found()));
    }

    /** The lowest bit of a logit. */
    private static void flip(DeviceMemory memory, int logit) {
        Region out = memory.regions().stream().filter(r -> r.kind() == Region.Kind.OUTPUT)
                .findFirst().orElseThrow();
        byte[] bytes = memory.read(out, 4L * logit, 4);
        bytes[0] ^= 1;
        memory.write(out, 4L * logit, bytes);
    }

    @Test
    void targetsAreNamedOnce() {
        assertEquals("target 'vhdl': allowed are " + Targets.names(),
                assertThrows(IllegalArgumentException.class, () -> Targets.of(List.of("vhdl")))
                        .getMessage());
        assertEquals("target 'hls' is named twice", assertThrows(IllegalArgumentException.class,
                () -> Targets.of(List.of("hls", "hls"))).getMessage());
    }
}
