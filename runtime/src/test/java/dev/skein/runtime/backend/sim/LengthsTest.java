package dev.skein.runtime.backend.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.Compilation;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaCompiler;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.FpgaTarget;
import dev.skein.compiler.fpga.ImageBuilder;
import dev.skein.compiler.fpga.LengthStrategy;
import dev.skein.compiler.fpga.MemoryImages;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.Placement;
import dev.skein.compiler.fpga.ServedProgram;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelCatalogue;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Program;
import dev.skein.sim.fpga.CycleMachine;
import dev.skein.sim.fpga.Values;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.FunctionalMachine;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs for all lengths against a program for each length, and against buckets: the same bits
 * at every length of random models, in whole contexts and in tiles.
 */
class LengthsTest {
    private static final long SEED = 20261123;
    private static final int MODELS = 8;
    private static final int POSITIONS = 24;
    private static final Board U280 = Boards.load("u280");
    private static final String[] SCHEMES = {"w8", "w4g32", "w3", "w5"};
    /** Weight buffers: contexts on chip at once, or in tiles. */
    private static final int[] WGT_BYTES = {2 << 20, 4096};

    /** A random model with a longer context. */
    private static ModelConfig config(long seed, int positions) {
        ModelConfig c = RandomModels.config(seed);
        return new ModelConfig(c.name(), c.family(), c.vocabSize(), c.hiddenSize(), c.layers(),
                positions, c.attention(), c.mlp(), c.norm(), c.positions(), c.tiedEmbeddings(),
                c.special());
    }

    /** A model on a board with its weights; programs for several longest contexts. */
    private static final class Case {
        final long seed;
        final ModelConfig config;
        final FpgaTarget target;
        final Graph graph;
        final SeededWeights weights;

        Case(long seed, int positions) {
            this.seed = seed;
            config = config(seed, positions);
            weights = new SeededWeights(config, seed);
            FpgaTarget board = FpgaTarget.of(U280);
            BufferSizes b = board.buffers();
            target = board.with(new BufferSizes(b.actBytes(), WGT_BYTES[(int) (seed % 2)],
                    b.parBytes()));
            graph = new PassRunner(List.of(new QuantiseWeights(QuantScheme.parse(
                    SCHEMES[(int) (seed % SCHEMES.length)])), new Placement(target)))
                    .run(GraphBuilder.build(config), PassContext.of(weights)).graph();
        }

        FpgaPlan plan(int maxContext, LengthStrategy lengths) {
            return FpgaCompiler.compile(graph, target, maxContext, lengths,
                    EnumSet.allOf(Phase.class));
        }

        Device device(int maxContext, LengthStrategy lengths, Arena arena) {
            FpgaPlan plan = plan(maxContext, lengths);
            return new Device(this, plan, ImageBuilder.build(plan, weights, arena, _ -> { }));
        }

        @Override
        public String toString() {
            return "seed " + seed + ", " + config;
        }
    }

    /** A plan on the functional machine. */
    private static final class Device {
        final FpgaPlan plan;
        private final int vocab;
        private final DeviceMemory memory;
        private final Map<ServedProgram, FunctionalMachine> machines = new HashMap<>();

        Device(Case c, FpgaPlan plan, MemoryImages images) {
            this.plan = plan;
            vocab = c.config.vocabSize();
            List<Program> all = plan.programs().programs().stream()
                    .map(p -> p.program().program()).toList();
            memory = DeviceMemory.of(all, r -> images.segments().get(r.name()));
        }

        float[] step(int position, int... tokens) {
            ServedProgram served = plan.programs().of(position, tokens.length);
            memory.writeTokens(tokens);
            machines.computeIfAbsent(served, s -> new FunctionalMachine(s.program(), memory))
                    .run(position, tokens.length);
            return memory.readLogits(vocab);
        }

        /** Logits after a prompt in the largest steps. */
        float[] prefill(int[] tokens) {
            int largest = plan.memory().maxTokens();
            float[] logits = {};
            for (int at = 0; at < tokens.length; at += largest) {
                logits = step(at, Arrays.copyOfRange(tokens, at,
                        Math.min(tokens.length, at + largest)));
            }
            return logits;
        }
    }

    @Test
    void oneProgramGivesTheBitsOfAProgramForEachLengthAlone() {
        for (long seed = SEED; seed < SEED + MODELS; seed++) {
            Case c = new Case(seed, POSITIONS);
            try (Arena arena = Arena.ofShared()) {
                Device all = c.device(POSITIONS, LengthStrategy.PARAMETRIC, arena);
                Device prompts = c.device(POSITIONS, LengthStrategy.PARAMETRIC, arena);
                int[] tokens = RandomModels.tokens(c.config, seed, POSITIONS);
                for (int length = 1; length <= POSITIONS; length++) {
                    int[] some = Arrays.copyOf(tokens, length);
                    float[] decoded = all.step(length - 1, tokens[length - 1]);
                    Device alone = c.device(length, LengthStrategy.PARAMETRIC, arena);
                    alone.prefill(Arrays.copyOf(tokens, length - 1));
                    assertArrayEquals(alone.step(length - 1, tokens[length - 1]), decoded,
                            "decode at " + length + ", " + c);
                    assertArrayEquals(alone.prefill(some), prompts.prefill(some), "prefill of "
                            + length + ", " + c);
                }
            }
        }
    }

    /** Long enough for two ranges of context in the small weight buffer. */
    @Test
    void bucketsGiveTheSameBitsWhateverTheCacheHeldBefore() {
        int positions = 264;
        for (long seed = SEED; seed < SEED + 4; seed++) {
            Case c = new Case(seed, positions);
            try (Arena arena = Arena.ofShared()) {
                Device one = c.device(positions, LengthStrategy.PARAMETRIC, arena);
                Device buckets = c.device(positions, LengthStrategy.BUCKETS, arena);
                assertEquals(17 + 3, buckets.plan.programs().programs().size());
                assertEquals(seed % 2 == 0 ? 1 : 2, one.plan.programs().of(Phase.DECODE).size());
                buckets.prefill(RandomModels.tokens(c.config, seed + 1, positions));
                int[] tokens = RandomModels.tokens(c.config, seed, positions);
                for (int at = 0; at < positions; at++) {
                    assertArrayEquals(one.step(at, tokens[at]), buckets.step(at, tokens[at]),
                            "decode at " + at + ", " + c);
                }
                for (int length : new int[] {2, 64, 127, 128, 129, 264}) {
                    int[] some = Arrays.copyOf(tokens, length);
                    assertArrayEquals(one.prefill(some), buckets.prefill(some),
                            "prefill of " + length + ", " + c);
                }
            }
        }
    }

    /** A model of real size: in the random ones a step is over after a few row misses. */
    @Test
    void oneProgramCostsAtMostOnePerCentMoreThanOneForTheLengthAlone() {
        int longest = 32;
        var options = new Compilation.Options(QuantScheme.parse("w4"), longest,
                OptionalDouble.empty());
        FpgaPlan all = new Compilation(U280, options).plan(ModelCatalogue.config("llama-110m"),
                EnumSet.allOf(Phase.class));
        for (int length = 1; length <= longest; length++) {
            FpgaPlan alone = FpgaCompiler.compile(all.graph(), all.target(), length,
                    EnumSet.allOf(Phase.class));
            assertAtMostOnePerCentMore(cycles(all, length - 1, 1), cycles(alone, length - 1, 1),
                    "decode at " + length);
            assertAtMostOnePerCentMore(prefillCycles(all, length), prefillCycles(alone, length),
                    "prefill of " + length);
        }
    }

    /**
     * Places for 2,048 keys in a buffer that is not much longer: the ends of all ranges, and what
     * lies between. Prefill steps take as many tokens as in a program for a short context.
     */
    @ParameterizedTest
    @ValueSource(strings = {"w4", "mixed3.5"})
    void theProgramsOfABigModelCostAtMostOnePerCentMore(String weights) {
        var options = new Compilation.Options(QuantScheme.parse(weights), 2048,
                OptionalDouble.empty());
        FpgaPlan all = new Compilation(U280, options).plan(ModelCatalogue.config("llama2-7b"),
                EnumSet.allOf(Phase.class));
        assertTrue(all.programBytes() <= 1 << 20, "bytes of programs: " + all.programBytes());
        for (int length : new int[] {1, 128, 400, 512, 513, 800, 1024, 1025, 1400, 2048}) {
            FpgaPlan alone = FpgaCompiler.compile(all.graph(), all.target(), length,
                    EnumSet.of(Phase.DECODE));
            assertAtMostOnePerCentMore(cycles(all, length - 1, 1), cycles(alone, length - 1, 1),
                    weights + ", decode at " + length);
        }
        FpgaPlan prompt = FpgaCompiler.compile(all.graph(), all.target(), 128,
                EnumSet.of(Phase.PREFILL));
        assertAtMostOnePerCentMore(prefillCycles(all, 128), prefillCycles(prompt, 128),
                weights + ", prefill of 128");
    }

    private static void assertAtMostOnePerCentMore(long cycles, long alone, String what) {
        assertTrue(cycles <= alone * 1.01, what + ": " + cycles + ", of a program for this length"
                + " alone " + alone);
    }

    private static long prefillCycles(FpgaPlan plan, int length) {
        int step = plan.memory().maxTokens();
        long cycles = 0;
        for (int at = 0; at < length; at += step) {
            cycles += cycles(plan, at, Math.min(step, length - at));
        }
        return cycles;
    }

    private static long cycles(FpgaPlan plan, int position, int tokens) {
        return new CycleMachine(plan.programs().of(position, tokens).program(), U280, Values.NONE)
                .run(position, tokens).cycles();
    }
}
