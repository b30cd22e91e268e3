package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.sample.RandomPrograms;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What the verifier proves, tried: programs run to their end under any schedule, and no two
 * conflicting accesses may come in either order.
 */
class ExecutionOrderTest {
    private static final int N = Unit.QUEUED;

    private static Program random(long seed) {
        return RandomPrograms.generate(seed, 1 + (int) (seed % 3), RandomPrograms.SMALLEST)
                .program();
    }

    @Test
    void conflictingAccessesAreOrdered() {
        for (long seed = 0; seed < 60; seed++) {
            Program p = random(seed);
            for (Registers r : Limits.of(p).corners()) {
                new HappensBefore(p, r.position(), r.tokens()).check("seed " + seed + ", " + r);
            }
        }
    }

    /** Every token that insertion has set is needed: without it the checker complains. */
    @Test
    void noTokenIsSuperfluous() {
        int removed = 0;
        for (long seed = 0; seed < 25; seed++) {
            Program p = new WrittenOut(random(seed)).program();
            for (int core = 0; core < p.cores(); core++) {
                List<Instruction> stream = p.streams().get(core);
                for (int i = 0; i < stream.size(); i++) {
                    for (int v = 0; v < N; v++) {
                        if ((stream.get(i).tokens().waits() >>> v & 1) != 0) {
                            Program less = without(p, core, i, v);
                            String what = "seed " + seed + ", core " + core + ", instruction " + i;
                            var e = assertThrows(ProgramException.class,
                                    () -> ProgramVerifier.verify(less), what);
                            assertTrue(e.getMessage().contains("may overtake it"),
                                    e.getMessage());
                            removed++;
                        }
                    }
                }
            }
        }
        assertTrue(removed > 500, removed + " tokens");
    }

    /** Removes the wait of instruction i for unit v and the release that belongs to it. */
    private static Program without(Program p, int core, int i, int v) {
        List<Instruction> stream = new ArrayList<>(p.streams().get(core));
        int unit = stream.get(i).unit().ordinal();
        var fifo = new ArrayDeque<Integer>();
        for (int j = 0; j <= i; j++) {
            Instruction at = stream.get(j);
            if (at.unit().ordinal() == v && (at.tokens().releases() >>> unit & 1) != 0) {
                fifo.add(j);
            }
            if (at.unit().ordinal() == unit && (at.tokens().waits() >>> v & 1) != 0) {
                int j2 = fifo.remove();
                if (j == i) {
                    Tokens a = stream.get(j2).tokens();
                    stream.set(j2, stream.get(j2).withTokens(
                            new Tokens(a.waits(), a.releases() & ~(1 << unit))));
                    Tokens b = stream.get(i).tokens();
                    stream.set(i, stream.get(i).withTokens(
                            new Tokens(b.waits() & ~(1 << v), b.releases())));
                }
            }
        }
        var streams = new ArrayList<>(p.streams());
        streams.set(core, stream);
        return new Program(p.name(), p.maxTokens(), p.maxContext(), p.buffers(), p.regions(),
                streams);
    }

    @Test
    void everyScheduleComesToTheEnd() {
        for (long seed = 0; seed < 150; seed++) {
            var random = new SplittableRandom(seed);
            Program p = random(seed);
            int depth = 1 + random.nextInt(4);
            int tokenDepth = 1 + random.nextInt(3);
            Program shallow = TokenInsertion.insert(p, tokenDepth);
            for (Program q : List.of(p, shallow)) {
                int fifo = q == p ? Unit.TOKEN_DEPTH : tokenDepth;
                var run = new Run(q, depth, fifo, random);
                assertEquals("", run.toTheEnd(), "seed " + seed + ", queue depth " + depth
                        + ", token depth " + fifo);
            }
        }
    }

    /** Dispatches, starts and ends instructions in a random order. */
    private static final class Run {
        private final int depth;
        private final int tokenDepth;
        private final SplittableRandom random;
        private final List<ArrayDeque<Trace.Step>> streams = new ArrayList<>();
        private final List<List<ArrayDeque<Trace.Step>>> queues = new ArrayList<>();
        private final int[][] tokens;

        Run(Program p, int depth, int tokenDepth, SplittableRandom random) {
            this.depth = depth;
            this.tokenDepth = tokenDepth;
            this.random = random;
            this.tokens = new int[p.cores()][N * N];
            for (int c = 0; c < p.cores(); c++) {
                streams.add(new ArrayDeque<>(Trace.of(p, c, 1 % p.maxContext(), 1)));
                var units = new ArrayList<ArrayDeque<Trace.Step>>();
                for (int u = 0; u < N; u++) {
                    units.add(new ArrayDeque<>());
                }
                queues.add(units);
            }
        }

        /** Empty if everything has run, else what is left. */
        String toTheEnd() {
            int cores = streams.size();
            int[] actions = new int[cores * (N + 1)];
            Arrays.setAll(actions, i -> i);
            while (true) {
                boolean progress = false;
                for (int i = actions.length - 1; i >= 0; i--) {
                    int j = random.nextInt(i + 1);
                    int action = actions[j];
                    actions[j] = actions[i];
                    actions[i] = action;
                    int core = action / (N + 1);
                    int unit = action % (N + 1);
                    progress |= unit == N ? dispatch(core) : execute(core, unit);
                }
                progress |= barrier();
                if (!progress) {
                    boolean done = streams.stream().allMatch(ArrayDeque::isEmpty)
                            && queues.stream().flatMap(List::stream).allMatch(ArrayDeque::isEmpty)
                            && Arrays.stream(tokens).flatMapToInt(Arrays::stream).sum() == 0;
                    return done ? "" : "left: " + queues + Arrays.deepToString(tokens);
                }
            }
        }

        private boolean dispatch(int core) {
            Trace.Step step = streams.get(core).peek();
            if (step == null) {
                return false;
            }
            if (step.drains()) {
                if (!queues.get(core).stream().allMatch(ArrayDeque::isEmpty)) {
                    return false;
                }
            } else {
                var queue = queues.get(core).get(step.instruction().unit().ordinal());
                if (queue.size() == depth) {
                    return false;
                }
                queue.add(step);
            }
            streams.get(core).remove();
            return true;
        }

        private boolean ready(int core, int unit) {
            Trace.Step step = queues.get(core).get(unit).peek();
            if (step == null) {
                return false;
            }
            Tokens t = step.instruction().tokens();
            for (int v = 0; v < N; v++) {
                if ((t.waits() >>> v & 1) != 0 && tokens[core][v * N + unit] == 0
                        || (t.releases() >>> v & 1) != 0
                                && tokens[core][unit * N + v] == tokenDepth) {
                    return false;
                }
            }
            return true;
        }

        private boolean execute(int core, int unit) {
            if (!ready(core, unit) || queues.get(core).get(unit).peek().instruction()
                    instanceof Instruction.Barrier) {
                return false;
            }
            finish(core, unit);
            return true;
        }

        private void finish(int core, int unit) {
            Tokens t = queues.get(core).get(unit).remove().instruction().tokens();
            for (int v = 0; v < N; v++) {
                tokens[core][v * N + unit] -= t.waits() >>> v & 1;
                tokens[core][unit * N + v] += t.releases() >>> v & 1;
            }
        }

        private boolean barrier() {
            int sys = Unit.SYS.ordinal();
            for (int c = 0; c < streams.size(); c++) {
                if (!ready(c, sys) || !(queues.get(c).get(sys).peek().instruction()
                        instanceof Instruction.Barrier)) {
                    return false;
                }
            }
            for (int c = 0; c < streams.size(); c++) {
                finish(c, sys);
            }
            return true;
        }
    }
}
