package dev.skein.runtime.explore;

import dev.skein.hls.board.BoardException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * The search: generations of designs, the first around the start board and at random, later ones
 * from the Pareto front so far. A generation is proposed from the seed and the outcomes of the
 * complete generations before it, so that it is the same whatever the order in which threads
 * finish.
 */
final class Exploration {
    private static final int GENERATION = 16;
    /** Proposals that do not fit the device are thrown away; after so many one is random. */
    private static final int MAX_REFUSALS = 2000;
    private static final long INDEX_MIX = 0x9E3779B97F4A7C15L;

    private final Evaluator evaluator;
    private final Task.Workload workload;
    private final long seed;
    private final DesignSpace space;
    private final Set<Design> known = new HashSet<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private long refused;

    Exploration(Evaluator evaluator, Task.Workload workload, long seed) {
        this.evaluator = evaluator;
        this.workload = workload;
        this.seed = seed;
        this.space = new DesignSpace(evaluator.base());
    }

    /** Candidates the resource model refused before they were simulated. */
    long refused() {
        return refused;
    }

    /**
     * Evaluates candidates.
     *
     * @param budget how many in all
     * @param journal knows outcomes of an interrupted search and is told each new one
     * @param threads that evaluate
     * @param progress is told each outcome
     * @return all outcomes by index
     */
    List<Outcome> run(int budget, Journal journal, int threads, Consumer<Outcome> progress)
            throws IOException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            while (outcomes.size() < budget) {
                List<Task> tasks = propose();
                outcomes.addAll(evaluate(tasks.subList(0,
                        Math.min(tasks.size(), budget - outcomes.size())), journal, pool,
                        progress));
            }
        } finally {
            pool.shutdownNow();
        }
        return List.copyOf(outcomes);
    }

    private List<Outcome> evaluate(List<Task> tasks, Journal journal, ExecutorService pool,
            Consumer<Outcome> progress) throws IOException, InterruptedException {
        var done = new LinkedHashMap<Integer, Outcome>();
        var service = new ExecutorCompletionService<Outcome>(pool);
        int running = 0;
        for (Task task : tasks) {
            done.put(task.index(), null);
            Outcome before = journal.outcome(task);
            if (before != null) {
                done.put(task.index(), before);
                progress.accept(before);
            } else {
                service.submit(() -> evaluator.evaluate(task));
                running++;
            }
        }
        for (; running > 0; running--) {
            Outcome outcome = result(service);
            journal.add(outcome);
            done.put(outcome.task().index(), outcome);
            progress.accept(outcome);
        }
        return new ArrayList<>(done.values());
    }

    private static Outcome result(ExecutorCompletionService<Outcome> service)
            throws InterruptedException {
        try {
            return service.take().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a candidate could not be evaluated: "
                    + e.getCause(), e.getCause());
        }
    }

    /** The next generation. */
    private List<Task> propose() {
        List<Outcome> front = Pareto.front(outcomes);
        var tasks = new ArrayList<Task>();
        for (int i = 0; i < GENERATION; i++) {
            int index = outcomes.size() + i;
            long own = new SplittableRandom(seed ^ index * INDEX_MIX).nextLong();
            Design design = index == 0 ? Design.of(evaluator.base())
                    : feasible(new SplittableRandom(own), front);
            known.add(design);
            tasks.add(new Task(index, own, design, workload));
        }
        return tasks;
    }

    /** A new design the resource model accepts. */
    private Design feasible(SplittableRandom random, List<Outcome> front) {
        for (int attempt = 0;; attempt++) {
            Design design = proposal(random, front);
            if (known.contains(design) && attempt < MAX_REFUSALS) {
                continue;
            }
            try {
                evaluator.board(design);
                return design;
            } catch (BoardException e) {
                refused++;
                if (attempt > 10 * MAX_REFUSALS) {
                    throw new IllegalArgumentException("no design of "
                            + evaluator.base().name() + " fits: " + e.getMessage(), e);
                }
            }
        }
    }

    private Design proposal(SplittableRandom random, List<Outcome> front) {
        int kind = random.nextInt(10);
        if (front.isEmpty()) {
            return kind < 5 ? space.random(random)
                    : space.mutation(Design.of(evaluator.base()), random);
        }
        Design parent = parent(random, front);
        return kind < 1 ? space.random(random)
                : kind < 3 ? space.crossing(parent, parent(random, front), random)
                : space.mutation(parent, random);
    }

    /** The faster of two of the front: it is in order of speed. */
    private static Design parent(SplittableRandom random, List<Outcome> front) {
        int at = Math.min(random.nextInt(front.size()), random.nextInt(front.size()));
        return front.get(at).task().design();
    }

}
