package dev.skein.runtime.backend.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaCompiler;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.FpgaTarget;
import dev.skein.compiler.fpga.ImageBuilder;
import dev.skein.compiler.fpga.LengthStrategy;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.Placement;
import dev.skein.compiler.fpga.ServedProgram;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.compiler.ir.Spans;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Span;
import dev.skein.sim.fpga.CycleMachine;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.fpga.FunctionalValues;
import dev.skein.sim.fpga.TickMachine;
import dev.skein.sim.fpga.Values;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.FunctionalMachine;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Block-sparse attention, a span a head, through every execution. */
class SpansTest {
    private static final int MODELS = 16;
    private static final int POSITIONS = 290;
    private static final long SEED = 20261123;
    private static final Board U280 = Boards.load("u280");
    private static final double BOUND = 0.05;

    private static final class Case implements AutoCloseable {
        final long seed;
        final ModelConfig config;
        final SeededWeights weights;
        final Graph graph;
        final FpgaPlan plan;
        final int[] tokens;
        final Arena arena = Arena.ofShared();

        Case(long seed, Optional<Span> everywhere) {
            this(seed, everywhere, LengthStrategy.PARAMETRIC);
        }

        Case(long seed, Optional<Span> everywhere, LengthStrategy lengths) {
            this.seed = seed;
            var random = new SplittableRandom(seed);
            config = RandomModels.config(seed, POSITIONS);
            weights = new SeededWeights(config, seed);
            // A small buffer: heads of many dimensions take the context in tiles.
            int wgt = random.nextBoolean() ? U280.buffers().wgtBytes() : 8192;
            FpgaTarget base = FpgaTarget.of(U280);
            FpgaTarget target = base.with(new BufferSizes(base.buffers().actBytes(), wgt,
                    base.buffers().parBytes()));
            Graph built = GraphBuilder.build(config);
            Graph spanned = everywhere.isEmpty() ? RandomModels.withSpans(built, seed)
                    : everywhere(built, everywhere.get());
            graph = new PassRunner(List.of(new QuantiseWeights(QuantScheme.parse("w8")),
                    new Placement(target))).run(spanned, PassContext.of(weights)).graph();
            plan = FpgaCompiler.compile(graph, target, POSITIONS, lengths,
                    EnumSet.allOf(Phase.class));
            tokens = RandomModels.tokens(config, seed, POSITIONS);
        }

        private static Graph everywhere(Graph graph, Span span) {
            return graph.mapOps(graph.stage(), n -> n.op() instanceof Op.Attention a
                    ? a.withSpans(Optional.of(new Spans(Collections.nCopies(a.kvHeads(), span))))
                    : n.op());
        }

        String what() {
            return "seed " + seed + ", " + config;
        }

        DeviceMemory memory() {
            var images = ImageBuilder.build(plan, weights, arena, _ -> { });
            List<Program> programs = plan.programs().programs().stream()
                    .map(p -> p.program().program()).toList();
            return DeviceMemory.of(programs, r -> images.segments().get(r.name()));
        }

        /** Logits after all tokens, in random steps of at most {@code most}. */
        float[] run(SplittableRandom random, int most) {
            DeviceMemory memory = memory();
            var machines = new HashMap<ServedProgram, FunctionalMachine>();
            int largest = Math.min(most, plan.memory().maxTokens());
            for (int at = 0; at < tokens.length;) {
                int step = Math.min(1 + random.nextInt(largest), tokens.length - at);
                memory.writeTokens(Arrays.copyOfRange(tokens, at, at + step));
                machines.computeIfAbsent(plan.programs().of(at, step),
                        p -> new FunctionalMachine(p.program(), memory)).run(at, step);
                at += step;
            }
            return memory.readLogits(config.vocabSize());
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    @Test
    void decodeIsPrefillAndTheInterpreter() {
        int spans = 0;
        int tiled = 0;
        for (long seed = SEED; seed < SEED + MODELS; seed++) {
            try (var c = new Case(seed, Optional.empty())) {
                var stream = c.plan.program(Phase.DECODE).program().streams().getFirst();
                spans += stream.stream().anyMatch(Instruction.SetSpan.class::isInstance) ? 1 : 0;
                tiled += stream.stream().anyMatch(Instruction.Loop.class::isInstance) ? 1 : 0;
                var random = new SplittableRandom(seed);
                float[] decoded = c.run(random, 1);
                for (int most : new int[] {3, 80, POSITIONS}) {
                    assertArrayEquals(decoded, c.run(random, most), "steps of up to " + most
                            + " tokens against decode alone: " + c.what());
                }
                float[] expected = new Interpreter(c.graph, c.weights).step(c.tokens);
                double largest = 0;
                double difference = 0;
                for (int i = 0; i < expected.length; i++) {
                    largest = Math.max(largest, Math.abs(expected[i]));
                    difference = Math.max(difference, Math.abs(expected[i] - decoded[i]));
                }
                assertTrue(difference <= BOUND * largest, "logits differ by " + difference
                        + " of " + largest + ": " + c.what());
            }
        }
        assertTrue(spans > MODELS / 2, spans + " models with spans");
        assertTrue(tiled > 1, tiled + " models with tiled contexts");
    }

    @Test
    void programsOfBucketsGiveTheSameBits() {
        for (long seed = SEED; seed < SEED + 3; seed++) {
            try (var all = new Case(seed, Optional.empty());
                    var buckets = new Case(seed, Optional.empty(), LengthStrategy.BUCKETS)) {
                assertArrayEquals(all.run(new SplittableRandom(seed), 100),
                        buckets.run(new SplittableRandom(seed), 100), all.what());
            }
        }
    }

    @Test
    void aSpanThatKeepsEverythingIsDense() {
        for (long seed = SEED; seed < SEED + 2; seed++) {
            try (var dense = new Case(seed, Optional.of(Span.DENSE));
                    var kept = new Case(seed, Optional.of(new Span(1, 6, 0)))) {
                assertEquals(dense.plan.program(Phase.DECODE).program().streams().getFirst().size()
                        + 1, kept.plan.program(Phase.DECODE).program().streams().getFirst().size(),
                        "one SPAN more: " + dense.what());
                float[] expected = dense.run(new SplittableRandom(seed), 100);
                assertArrayEquals(expected, kept.run(new SplittableRandom(seed), 100),
                        dense.what());
                // One block less than all of them is not dense.
                try (var less = new Case(seed, Optional.of(new Span(1, 3, 0)))) {
                    assertTrue(!Arrays.equals(expected,
                            less.run(new SplittableRandom(seed), 100)), dense.what());
                }
            }
        }
    }

    @Test
    void timedMachinesAgree() {
        for (long seed = SEED; seed < SEED + 4; seed++) {
            try (var c = new Case(seed, Optional.empty())) {
                int position = POSITIONS - 1;
                DeviceMemory straight = c.memory();
                var program = c.plan.program(Phase.DECODE);
                straight.writeTokens(c.tokens[position]);
                new FunctionalMachine(program, straight).run(position, 1);
                DeviceMemory timed = c.memory();
                timed.writeTokens(c.tokens[position]);
                CycleReport event = new CycleMachine(program, U280,
                        new FunctionalValues(program, timed)).run(position, 1);
                assertArrayEquals(straight.readLogits(c.config.vocabSize()),
                        timed.readLogits(c.config.vocabSize()), c.what());
                assertEquals(new CycleMachine(program, U280, Values.NONE).run(position, 1),
                        new TickMachine(program, U280, Values.NONE).run(position, 1), c.what());
                assertTrue(event.cycles() > 0, c.what());
            }
        }
    }
}
