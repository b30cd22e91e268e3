package dev.skein.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.skein.ffi.Answer;
import dev.skein.ffi.xrt.XrtLedger;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.backend.opencl.OpenClDevices;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.backend.xrt.SoftwareCard;
import dev.skein.runtime.backend.xrt.XrtOptions;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.Choice;
import dev.skein.runtime.device.Step;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every back end owes its users, on the bundled model. */
class AcceleratorContractTest {
    private static final int CONTEXT = 48;

    /** A back end, and whether it follows the numeric contract bit for bit. */
    enum BackEnd {
        REFERENCE(DeviceKind.REFERENCE, Timing.FUNCTIONAL, false),
        FUNCTIONAL(DeviceKind.SIM, Timing.FUNCTIONAL, true),
        CYCLE(DeviceKind.SIM, Timing.CYCLE, true),
        OPENCL(DeviceKind.OPENCL, Timing.FUNCTIONAL, true),
        /** Its own arithmetic: CsdCacheTest compares its bits. */
        DRIVE(DeviceKind.CSD, Timing.FUNCTIONAL, false),
        /** A card in software whose compute units are the HLS kernels. */
        XRT(DeviceKind.XRT, Timing.FUNCTIONAL, true);

        private final DeviceKind kind;
        private final Timing timing;
        private final boolean exact;

        BackEnd(DeviceKind kind, Timing timing, boolean exact) {
            this.kind = kind;
            this.timing = timing;
            this.exact = exact;
        }
    }

    @TempDir
    private static Path folder;
    private static SoftwareCard card;
    private static BundledModel bundled;
    private static float[] contract;

    @BeforeAll
    static void extract() throws IOException {
        bundled = BundledModel.extract();
        try (LoadedModel loaded = load(BackEnd.FUNCTIONAL)) {
            contract = loaded.accelerator().step(prompt(loaded)).logits();
        }
    }

    @AfterAll
    static void remove() throws IOException {
        bundled.close();
        if (card != null) {
            card.close();
        }
        assertEquals(0, XrtLedger.liveCount());
    }

    /** On a back end; the test is skipped where its device is none of this machine. */
    private static LoadedModel load(BackEnd backEnd) throws IOException {
        if (backEnd == BackEnd.OPENCL
                && OpenClDevices.list(false) instanceof Answer.Missing<?>(String reason)) {
            abort(reason);
        }
        return new Loader(new LoadOptions(backEnd.kind, backEnd.timing, "u280", Optional.of("w4"),
                OptionalInt.of(CONTEXT)).with(xrt(backEnd)), _ -> { })
                .load(bundled.folder().toString());
    }

    /** The card is built when it is needed: without a compiler only its cases are skipped. */
    private static XrtOptions xrt(BackEnd backEnd) throws IOException {
        if (backEnd.kind != DeviceKind.XRT) {
            return XrtOptions.DEFAULT;
        }
        try {
            card = card == null ? SoftwareCard.open(folder, true) : card;
        } catch (InterruptedException e) {
            throw new InterruptedIOException(e.getMessage());
        }
        return new XrtOptions(Optional.of(card.xclbin()), 0, XrtOptions.LIMIT, false, Map.of());
    }

    private static int[] prompt(LoadedModel loaded) {
        return loaded.tokenizer().encodeWithBos("Once upon a time, there was a girl");
    }

    private static void assertSame(BackEnd backEnd, float[] expected, float[] found) {
        assertArrayEquals(expected, found, backEnd.exact ? 0f : 1e-3f);
    }

    @ParameterizedTest
    @EnumSource
    void oneStepOfAPromptIsAsManyStepsOfAToken(BackEnd backEnd) throws IOException {
        try (LoadedModel loaded = load(backEnd)) {
            Accelerator device = loaded.accelerator();
            int[] prompt = prompt(loaded);
            assertTrue(prompt.length <= device.maxTokens(), "prompt of " + prompt.length);
            float[] whole = device.step(prompt).logits();
            assertEquals(prompt.length, device.position());
            device.reset();
            assertEquals(0, device.position());
            float[] last = null;
            for (int token : prompt) {
                last = device.step(token).logits();
            }
            assertSame(backEnd, whole, last);
            if (backEnd.exact) {
                assertArrayEquals(contract, whole);
            }
        }
    }

    /** In a step of several tokens, and in one of a single token. */
    @ParameterizedTest
    @EnumSource
    void choosesAsItsLogitsSay(BackEnd backEnd) throws IOException {
        try (LoadedModel loaded = load(backEnd)) {
            Accelerator device = loaded.accelerator();
            int[] prompt = prompt(loaded);
            for (Choice choice : List.of(Choice.GREEDY, new Choice(0.5f, 0, Choice.ALL, 1L << 62),
                    new Choice(0.1f, 40, Choice.ALL / 2, -3L << 60))) {
                device.reset();
                int first = choice.of(device.step(prompt).logits());
                int second = choice.of(device.step(first).logits());
                device.reset();
                assertEquals(first, device.stepChosen(choice, prompt).token(), choice.toString());
                assertEquals(second, device.stepChosen(choice, first).token(), choice.toString());
                assertEquals(prompt.length + 1, device.position());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNewSequenceKnowsNothingOfTheOld(BackEnd backEnd) throws IOException {
        try (LoadedModel loaded = load(backEnd)) {
            Accelerator device = loaded.accelerator();
            int[] prompt = prompt(loaded);
            float[] first = device.step(prompt).logits();
            device.reset();
            int[] other = prompt.clone();
            Arrays.setAll(other, i -> (prompt[i] + 7) % loaded.header().config().vocabSize());
            assertFalse(Arrays.equals(first, device.step(other).logits()));
            device.reset();
            assertArrayEquals(first, device.step(prompt).logits());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theContextCanBeFilledAndNotOverfilled(BackEnd backEnd) throws IOException {
        try (LoadedModel loaded = load(backEnd)) {
            Accelerator device = loaded.accelerator();
            assertEquals(CONTEXT, device.maxContext());
            Step step = null;
            for (int i = 0; i < CONTEXT; i++) {
                step = device.step(1 + i);
            }
            assertEquals(loaded.header().config().vocabSize(), step.logits().length);
            assertEquals(backEnd.timing == Timing.CYCLE, step.cost().isPresent());
            assertThrows(IllegalArgumentException.class, () -> device.step(1));
            assertEquals(CONTEXT, device.position());
        }
    }

    @ParameterizedTest
    @EnumSource
    void tokensThatDoNotExistAreRefused(BackEnd backEnd) throws IOException {
        try (LoadedModel loaded = load(backEnd)) {
            Accelerator device = loaded.accelerator();
            int vocab = loaded.header().config().vocabSize();
            var e = assertThrows(IllegalArgumentException.class, () -> device.step(vocab));
            assertTrue(e.getMessage().contains(String.valueOf(vocab)), e.getMessage());
            assertThrows(IllegalArgumentException.class, () -> device.step(-1));
            assertThrows(IllegalArgumentException.class, device::step);
            assertEquals(0, device.position());
        }
    }
}
