package dev.skein.runtime.backend.cards;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.artifact.Stripes;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaCompiler;
import dev.skein.compiler.fpga.FpgaException;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.FpgaTarget;
import dev.skein.compiler.fpga.ImageBuilder;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.Placement;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.ModelHeader;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.CardSplit;
import dev.skein.hls.isa.ProgramException;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.StepCost;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random models of all families on one card and on several: the same logits bit for bit. */
class CardsTest {
    private static final int MODELS = Integer.getInteger("fuzz.models", 24);
    private static final long SEED = 20261126;
    private static final Board U280 = Boards.load("u280");
    private static final String[] SCHEMES = {"w8", "w4g32", "w3", "w5", "w4@4:16"};

    @Test
    void severalCardsGiveTheBitsOfOne() {
        int cut = 0;
        for (long seed = SEED; seed < SEED + MODELS; seed++) {
            try (Arena arena = Arena.ofShared()) {
                Executable one = executable(seed, 1, arena);
                int[] tokens = RandomModels.tokens(one.config(), seed, one.maxContext());
                float[][] expected;
                try (var device = new SimAccelerator(one, U280,
                        SimAccelerator.Timing.FUNCTIONAL)) {
                    expected = logits(device, tokens, seed);
                }
                for (int cards = 2; cards <= 3; cards++) {
                    Executable several = executable(seed, cards, arena);
                    Parts parts = Parts.of(several, U280);
                    cut += parts.splits().values().iterator().next().segments().size() - 1;
                    try (var device = new CardsAccelerator(parts, ports(parts))) {
                        assertEquals(expected.length, tokens.length);
                        assertSame(expected, logits(device, tokens, seed), "seed " + seed + ", "
                                + cards + " cards, " + one.config());
                    }
                }
            }
        }
        assertTrue(cut >= 2 * MODELS, "only " + cut + " cuts from seed " + SEED);
        System.out.println(MODELS + " random models from seed " + SEED + " on 2 and 3 cards, "
                + cut + " cuts");
    }

    @Test
    void aCardThatFailsIsNamedAndTheOthersAreClosed() {
        try (Arena arena = Arena.ofShared()) {
            Parts parts = Parts.of(executable(SEED, 2, arena), U280);
            var first = new Closing(port(parts.cards().getFirst()), 0, false);
            var second = new Closing(port(parts.cards().getLast()), 1, true);
            try (var device = new CardsAccelerator(parts, List.of(first, second))) {
                String line = assertThrows(FpgaException.class, () -> device.step(1)).getMessage();
                assertEquals("card 1 (part 1 of the model): the cooler is off", line);
                assertEquals(0, device.position());
            }
            assertTrue(first.closed && second.closed);
        }
    }

    @Test
    void coresAreDividedEvenly() {
        try (Arena arena = Arena.ofShared()) {
            VerifiedProgram three = executable(SEED, 1, arena).program(Phase.DECODE);
            assertEquals("program decode: 3 cores for 2 cards; each card has as many",
                    assertThrows(ProgramException.class, () -> CardSplit.of(three, 2))
                            .getMessage());
            CardSplit one = CardSplit.of(three, 1);
            assertEquals(3, one.whole().getFirst().program().cores());
        }
    }

    private static List<SimPort> ports(Parts parts) {
        return parts.cards().stream().map(CardsTest::port).toList();
    }

    private static SimPort port(Executable part) {
        return new SimPort(part, U280, SimAccelerator.Timing.FUNCTIONAL);
    }

    private static void assertSame(float[][] expected, float[][] found, String what) {
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(bits(expected[i]), bits(found[i]), what + ", step to token " + i);
        }
    }

    private static int[] bits(float[] values) {
        int[] out = new int[values.length];
        Arrays.setAll(out, i -> Float.floatToRawIntBits(values[i]));
        return out;
    }

    /** A prompt in steps, then tokens; what a step ends with, by its last token. */
    private static float[][] logits(Accelerator device, int[] tokens, long seed) {
        var out = new float[tokens.length][0];
        int prompt = 1 + new SplittableRandom(seed).nextInt(tokens.length);
        int at = 0;
        while (at < prompt) {
            int n = Math.min(Math.min(device.maxTokens(), prompt - at), 1 + (int) (seed % 5) * 3);
            out[at + n - 1] = device.step(Arrays.copyOfRange(tokens, at, at + n)).logits();
            at += n;
        }
        for (; at < tokens.length; at++) {
            out[at] = device.step(tokens[at]).logits();
        }
        return out;
    }

    private static Executable executable(long seed, int cards, Arena arena) {
        ModelConfig config = RandomModels.config(seed);
        var weights = new SeededWeights(config, seed);
        FpgaTarget board = FpgaTarget.of(U280);
        BufferSizes b = board.buffers();
        // Every other model with tiled contexts.
        FpgaTarget target = board.with(new BufferSizes(b.actBytes(),
                seed % 2 == 0 ? b.wgtBytes() : 1 << 14, b.parBytes())).times(cards);
        QuantScheme scheme = QuantScheme.parse(SCHEMES[(int) (seed % SCHEMES.length)]);
        Graph built = GraphBuilder.build(config);
        Graph graph = new PassRunner(List.of(new QuantiseWeights(scheme), new Placement(target)))
                .run(seed % 3 == 0 ? RandomModels.withSpans(built, seed) : built,
                        PassContext.of(weights)).graph();
        FpgaPlan plan = FpgaCompiler.compile(graph, target, config.maxPositions(),
                EnumSet.allOf(Phase.class));
        return new Executable(new ModelHeader(config, Optional.empty(), Map.of()), target.name(),
                scheme.toString(), plan.programs(),
                ImageBuilder.build(plan, weights, arena, _ -> { }), Stripes.of(U280, cards),
                Map.of());
    }

    /** A card that may fail. */
    private static final class Closing implements CardPort {
        private final CardPort card;
        private final int number;
        private final boolean fails;
        private boolean closed;

        Closing(CardPort card, int number, boolean fails) {
            this.card = card;
            this.number = number;
            this.fails = fails;
        }

        @Override
        public void write(long address, byte[] bytes) {
            card.write(address, bytes);
        }

        @Override
        public byte[] read(long address, int bytes) {
            return card.read(address, bytes);
        }

        @Override
        public Optional<StepCost> run(String name, VerifiedProgram program, int position,
                int tokens) {
            if (fails) {
                throw new IllegalStateException("the cooler is off");
            }
            return card.run(name, program, position, tokens);
        }

        @Override
        public String description() {
            return "card " + number;
        }

        @Override
        public void close() {
            closed = true;
            card.close();
        }
    }
}
