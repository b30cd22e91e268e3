package dev.skein.runtime.backend.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.Mapping;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.HazardChecker;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.FunctionalMachine;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random models of all families through the whole compiler: the functional machine against the
 * interpreter, decode against prefill, tiled against whole contexts.
 */
class ExecutionsAgreeTest {
    private static final int MODELS = 200;
    private static final int SPARSE_MODELS = 40;
    private static final long SEED = 20261122;
    private static final Board U280 = Boards.load("u280");
    private static final String[] SCHEMES = {"w8", "w8g32", "w5", "w4", "w4g64/w8", "w3g16", "w2"};

    private static final String[] SPARSE_SCHEMES = {"mixed3.5g16@8:16/w4g16", "w4@4:16",
        "w8@2:16", "w5g32@12:16/w8", "mixed2.5g16@0.5", "mixed3.5g64", "w3@2:4"};

    /**
     * Both compute in binary32 from the same int8 values, in different orders: a value near the
     * middle between two int8 steps may fall to either side, so results differ by a few steps of
     * 1/127 of the largest activation, carried through up to three layers.
     */
    private static final double BOUND = 0.05;

    @Test
    void functionalMachineAgreesWithTheInterpreterOnRandomModels() {
        int tiled = 0;
        double worst = 0;
        for (int i = 0; i < MODELS; i++) {
            Case c = new Case(SEED + i);
            tiled += c.tiled() ? 1 : 0;
            worst = Math.max(worst, c.check());
        }
        assertTrue(tiled > MODELS / 10, "only " + tiled + " models had tiled contexts");
        System.out.println("largest deviation of " + MODELS + " random models from seed " + SEED
                + ": " + worst + " of the logits' largest magnitude, bound " + BOUND);
    }

    @Test
    void sparseWeightsAndSpansAgreeToo() {
        for (long seed = SEED; seed < SEED + SPARSE_MODELS; seed++) {
            // Narrow heads part strips of 16 rows among cores.
            new Case(seed, SPARSE_SCHEMES).check();
        }
    }

    private static final class Case {
        private final long seed;
        private final ModelConfig config;
        private final Graph graph;
        private final SeededWeights weights;
        private final FpgaPlan plan;
        private final SplittableRandom random;

        Case(long seed) {
            this(seed, SCHEMES);
        }

        Case(long seed, String[] schemes) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            config = RandomModels.config(seed);
            weights = new SeededWeights(config, seed);
            String scheme = schemes[random.nextInt(schemes.length)];
            boolean sparse = schemes == SPARSE_SCHEMES;
            int wgt = random.nextBoolean() || sparse ? U280.buffers().wgtBytes() : 2048;
            FpgaTarget base = FpgaTarget.of(U280);
            FpgaTarget target = base.with(cores(random)).with(new BufferSizes(
                    base.buffers().actBytes(), wgt, base.buffers().parBytes()));
            if (random.nextInt(3) == 0) {
                target = target.with(mapping(random));
            }
            graph = new PassRunner(List.of(new QuantiseWeights(QuantScheme.parse(scheme)),
                    new Placement(target))).run(sparse
                            ? RandomModels.withSpans(GraphBuilder.build(config), seed)
                            : GraphBuilder.build(config), PassContext.of(weights)).graph();
            plan = plan(target, random.nextInt(1 << 13, 1 << 15));
        }

        /** As FlightLLM lays programs out; masks are kept, so that decode and prefill agree. */
        private static Mapping mapping(SplittableRandom random) {
            return new Mapping(Mapping.Operations.SERIAL,
                    Mapping.Activations.values()[random.nextInt(2)], 2,
                    16 * (1 + random.nextInt(5)), Mapping.Caches.values()[random.nextInt(2)],
                    Mapping.DecodeSpans.KEPT);
        }

        /** Often with hardly enough room: rows exchanged in blocks, caches loaded in tiles. */
        private FpgaPlan plan(FpgaTarget target, int actBytes) {
            BufferSizes b = target.buffers();
            int least = Math.min(b.wgtBytes(), 640);
            for (int wgtBytes = least; wgtBytes < b.wgtBytes(); wgtBytes *= 2) {
                try {
                    return FpgaCompiler.compile(graph, target.with(new BufferSizes(actBytes,
                            b.wgtBytes() > 2048 ? b.wgtBytes() : wgtBytes, b.parBytes())),
                            config.maxPositions(), EnumSet.allOf(Phase.class));
                } catch (FpgaException e) {
                    // Too little: more weights on chip, then all that the board has.
                }
            }
            return FpgaCompiler.compile(graph, target, config.maxPositions(),
                    EnumSet.allOf(Phase.class));
        }

        /** One to four cores of unlike bandwidth, some without a parameter channel. */
        private static List<FpgaTarget.CoreMemory> cores(SplittableRandom random) {
            var cores = new ArrayList<FpgaTarget.CoreMemory>();
            long paramBytes = random.nextInt(2) * (1L << 28);
            for (int left = 1 + random.nextInt(4); left > 0; left--) {
                int channels = 1 + random.nextInt(11);
                cores.add(new FpgaTarget.CoreMemory(channels, 64 * channels, 1L << 31,
                        paramBytes));
            }
            return cores;
        }

        boolean tiled() {
            return plan.program(Phase.DECODE).program().streams().getFirst().stream()
                    .anyMatch(i -> i instanceof Instruction.Loop loop
                            && loop.count().mode() == Extent.Mode.TILE);
        }

        /** Checks everything; the largest deviation from the interpreter. */
        double check() {
            String what = "seed " + seed + ", " + config;
            for (Phase phase : Phase.values()) {
                HazardChecker.check(plan.program(phase).program());
            }
            int[] tokens = RandomModels.tokens(config, seed, config.maxPositions());
            int prefill = Math.min(plan.memory().maxTokens(), 1 + random.nextInt(tokens.length));
            float[] decoded = run(tokens, prefill, false);
            assertArrayEquals(decoded, run(tokens, prefill, true), "prefill of " + prefill + " of "
                    + tokens.length + " tokens, then decode, against decode alone: " + what);
            float[] expected = new Interpreter(graph, weights).step(tokens);
            double largest = 0;
            double difference = 0;
            assertEquals(expected.length, decoded.length);
            for (int i = 0; i < expected.length; i++) {
                largest = Math.max(largest, Math.abs(expected[i]));
                difference = Math.max(difference, Math.abs(expected[i] - decoded[i]));
            }
            assertTrue(difference <= BOUND * largest, "logits differ by " + difference + " of "
                    + largest + ": " + what);
            return largest == 0 ? 0 : difference / largest;
        }

        private float[] run(int[] tokens, int prefill, boolean usePrefill) {
            try (Arena arena = Arena.ofShared()) {
                var images = ImageBuilder.build(plan, weights, arena, _ -> { });
                List<Program> programs = List.of(plan.program(Phase.DECODE).program(),
                        plan.program(Phase.PREFILL).program());
                DeviceMemory memory = DeviceMemory.of(programs,
                        r -> images.segments().get(r.name()));
                int done = 0;
                if (usePrefill) {
                    memory.writeTokens(Arrays.copyOf(tokens, prefill));
                    new FunctionalMachine(plan.program(Phase.PREFILL), memory).run(0, prefill);
                    done = prefill;
                }
                var decode = new FunctionalMachine(plan.program(Phase.DECODE), memory);
                for (int i = done; i < tokens.length; i++) {
                    memory.writeTokens(tokens[i]);
                    decode.run(i, 1);
                }
                return memory.readLogits(config.vocabSize());
            }
        }
    }
}
