package dev.skein.runtime.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaCompiler;
import dev.skein.compiler.fpga.FpgaException;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.FpgaTarget;
import dev.skein.compiler.fpga.ImageBuilder;
import dev.skein.compiler.fpga.MemoryImages;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.Placement;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Region;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.FunctionalMachine;
import dev.skein.sim.rtl.HlsLibrary;
import dev.skein.sim.rtl.HlsMachine;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random models of all families through the whole compiler, on the HLS kernels and the functional
 * machine: all that a step writes is the same, in prefill and decode.
 */
class RandomModelsOnHlsTest {
    private static final int MODELS = Integer.getInteger("fuzz.models", 40);
    private static final long SEED = 20261125;
    private static final FpgaTarget U280 = FpgaTarget.of(Boards.load("u280"));
    private static final String[] SCHEMES = {"w8", "w8g32", "w5", "w4", "w4g64/w8", "w3g16", "w2",
        "mixed3.5g16@8:16/w4g16", "w4@4:16", "w8@2:16", "w5g32@12:16/w8", "mixed2.5g16@0.5"};

    private static final int LEAST_WGT = 640;

    private static HlsLibrary library;

    @BeforeAll
    static void build() throws Exception {
        library = Kernels.library();
    }

    @Test
    void everyStepWritesTheSame() {
        int tiled = 0;
        for (long seed = SEED; seed < SEED + MODELS; seed++) {
            ModelConfig config = RandomModels.config(seed);
            var random = new SplittableRandom(seed);
            var weights = new SeededWeights(config, seed);
            FpgaPlan plan = plan(config, weights, random, seed);
            tiled += isTiled(plan) ? 1 : 0;
            int[] tokens = RandomModels.tokens(config, seed, config.maxPositions());
            int prefill = Math.min(plan.memory().maxTokens(), 1 + random.nextInt(tokens.length));
            try (Arena arena = Arena.ofShared()) {
                var images = ImageBuilder.build(plan, weights, arena, _ -> { });
                DeviceMemory expected = memory(plan, images);
                DeviceMemory found = memory(plan, images);
                try (var decode = new HlsMachine(plan.program(Phase.DECODE), found, library);
                        var first = new HlsMachine(plan.program(Phase.PREFILL), found, library)) {
                    var both = new Both("seed " + seed + ", " + config, plan, expected, found);
                    both.step(first, Phase.PREFILL, 0, Arrays.copyOf(tokens, prefill));
                    for (int i = prefill; i < Math.min(tokens.length, prefill + 4); i++) {
                        both.step(decode, Phase.DECODE, i, tokens[i]);
                    }
                }
            }
        }
        assertTrue(tiled > 0, "no model had tiled contexts");
        System.out.println(MODELS + " random models from seed " + SEED + ", " + tiled
                + " with tiled contexts");
    }

    private static DeviceMemory memory(FpgaPlan plan, MemoryImages images) {
        return DeviceMemory.of(List.of(plan.program(Phase.DECODE).program(),
                plan.program(Phase.PREFILL).program()), r -> images.segments().get(r.name()));
    }

    /** Often with little room for activations, so that contexts are loaded in tiles. */
    private static FpgaPlan plan(ModelConfig config, SeededWeights weights,
            SplittableRandom random, long seed) {
        var cores = new ArrayList<FpgaTarget.CoreMemory>();
        for (int left = 1 + random.nextInt(library.cores()); left > 0; left--) {
            int channels = 1 + random.nextInt(10);
            cores.add(new FpgaTarget.CoreMemory(channels, 64 * channels, 1L << 31, 0));
        }
        FpgaTarget target = U280.with(cores);
        String scheme = SCHEMES[random.nextInt(SCHEMES.length)];
        Graph built = GraphBuilder.build(config);
        Graph graph = new PassRunner(List.of(new QuantiseWeights(QuantScheme.parse(scheme)),
                new Placement(target))).run(random.nextBoolean()
                        ? RandomModels.withSpans(built, seed) : built, PassContext.of(weights))
                .graph();
        BufferSizes b = target.buffers();
        int actBytes = random.nextInt(1 << 13, 1 << 15);
        for (int wgtBytes = random.nextBoolean() ? LEAST_WGT : b.wgtBytes();
                wgtBytes <= b.wgtBytes(); wgtBytes *= 2) {
            try {
                return FpgaCompiler.compile(graph, target.with(new BufferSizes(actBytes, wgtBytes,
                        b.parBytes())), config.maxPositions(), EnumSet.allOf(Phase.class));
            } catch (FpgaException e) {
                // Too little: more weights on chip, then all that the board has.
            }
        }
        return FpgaCompiler.compile(graph, target, config.maxPositions(),
                EnumSet.allOf(Phase.class));
    }

    private static boolean isTiled(FpgaPlan plan) {
        return plan.program(Phase.DECODE).program().streams().getFirst().stream()
                .anyMatch(i -> i instanceof Instruction.Loop loop
                        && loop.count().mode() == Extent.Mode.TILE);
    }

    /** A memory for each of the two. */
    private record Both(String what, FpgaPlan plan, DeviceMemory expected, DeviceMemory found) {

        void step(HlsMachine machine, Phase phase, int position, int... tokens) {
            expected.writeTokens(tokens);
            new FunctionalMachine(plan.program(phase), expected).run(position, tokens.length);
            found.writeTokens(tokens);
            machine.run(position, tokens.length);
            assertEquals(expected.regions(), found.regions());
            for (Region r : expected.regions()) {
                if (r.writable()) {
                    assertArrayEquals(expected.read(r, 0, (int) r.bytes()),
                            found.read(r, 0, (int) r.bytes()),
                            what + ", " + phase + " at " + position + ", " + r);
                }
            }
        }
    }
}
