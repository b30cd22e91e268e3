package dev.skein.runtime.backend.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.fpga.Phase;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.sim.fpga.CycleMachine;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.fpga.FunctionalValues;
import dev.skein.sim.fpga.TickMachine;
import dev.skein.sim.functional.DeviceMemory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The bundled model, event-driven and tick by tick: the same cycles, counters and logits. */
class TickModeTest {
    private static final Board U280 = Boards.load("u280");
    private static final int[] PROMPT = {1, 5, 9};

    /** A machine's run method. */
    private interface Run {
        CycleReport step(int position, int tokens);
    }

    @Test
    void aPrefillAndADecodeStepAgree() throws IOException {
        var options = new LoadOptions(DeviceKind.SIM, Timing.FUNCTIONAL, "u280", Optional.of("w4"),
                OptionalInt.of(64));
        try (BundledModel model = BundledModel.extract();
                LoadedModel loaded = new Loader(options, _ -> { })
                        .load(model.folder().toString())) {
            Executable executable = loaded.executable().orElseThrow();
            DeviceMemory byEvents = memory(executable);
            DeviceMemory byTicks = memory(executable);
            float[] logits = loaded.accelerator().step(PROMPT).logits();
            compare(Phase.PREFILL, executable, byEvents, byTicks, 0, PROMPT, logits);
            int[] next = {7};
            logits = loaded.accelerator().step(next).logits();
            CycleReport decode = compare(Phase.DECODE, executable, byEvents, byTicks,
                    PROMPT.length, next, logits);
            assertTrue(decode.hbmBytes() > 0 && decode.cycles() > 0);
        }
    }

    private static DeviceMemory memory(Executable executable) {
        return DeviceMemory.of(List.of(executable.program(Phase.DECODE).program(),
                executable.program(Phase.PREFILL).program()),
                r -> executable.images().segments().get(r.name()));
    }

    private static CycleReport compare(Phase phase, Executable executable, DeviceMemory byEvents,
            DeviceMemory byTicks, int position, int[] tokens, float[] logits) {
        var program = executable.program(phase);
        CycleReport event = run(byEvents, position, tokens, logits, new CycleMachine(program, U280,
                new FunctionalValues(program, byEvents))::run);
        CycleReport tick = run(byTicks, position, tokens, logits, new TickMachine(program, U280,
                new FunctionalValues(program, byTicks))::run);
        assertEquals(tick, event, phase.toString());
        return event;
    }

    private static CycleReport run(DeviceMemory memory, int position, int[] tokens, float[] logits,
            Run machine) {
        memory.writeTokens(tokens);
        CycleReport report = machine.step(position, tokens.length);
        assertArrayEquals(logits, memory.readLogits(logits.length));
        return report;
    }
}
