package dev.skein.runtime.batch;

import dev.skein.runtime.Sampler;
import dev.skein.runtime.device.BatchAccelerator;
import dev.skein.runtime.device.BatchLimits;
import dev.skein.runtime.device.BatchPart;
import dev.skein.runtime.device.Choice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Generates for many requests at once, which may come at any time between two steps. */
public final class Batch {
    private final BatchAccelerator device;
    private final Scheduler scheduler;
    private final Set<Integer> endOfText;
    private final LongSupplier clock;
    private final Map<Sequence, Order> orders = new HashMap<>();
    private int requests;
    private int steps;
    private long computed;
    private long deviceNanos;

    /** What belongs to a sequence and not to its place in the cache. */
    private static final class Order {
        private final BatchRequest request;
        private final Sampler sampler;
        private final long start;
        private long first;

        Order(BatchRequest request, long start) {
            this.request = request;
            this.start = start;
            this.first = start;
            sampler = new Sampler(request.sampling());
        }
    }

    /**
     * So far.
     *
     * @param steps of the device
     * @param computed tokens that went through it, those that were computed again included
     * @param deviceMillis time in steps, ms
     * @param preemptions sequences that lost their pages
     * @param mostPages that were in use at once
     */
    public record Totals(int steps, long computed, double deviceMillis, int preemptions,
            int mostPages) {}

    /**
     * A batch without requests.
     *
     * @param chunk most tokens of a step
     * @param endOfText ids that end a text; they are not passed on
     * @param clock nanoseconds
     * @throws IllegalArgumentException if the device does not take such steps
     */
    public Batch(BatchAccelerator device, int chunk, Set<Integer> endOfText,
            LongSupplier clock) {
        this.device = device;
        this.endOfText = Set.copyOf(endOfText);
        this.clock = clock;
        scheduler = new Scheduler(device.limits(), chunk);
    }

    /**
     * Puts a request in line.
     *
     * @return its number: 0, 1, ...
     * @throws IllegalArgumentException if it could not be finished even alone
     */
    public int submit(BatchRequest request) {
        BatchLimits limits = device.limits();
        int prompt = request.prompt().length;
        if (prompt > limits.maxContext()) {
            throw new IllegalArgumentException("the prompt has " + prompt
                    + " tokens, the context " + limits.maxContext()
                    + ": shorten it or choose a larger --context");
        }
        // the last token of an answer is never read
        int longest = (int) Math.min(limits.maxContext(), prompt + (long) request.maxNew() - 1);
        int pages = BatchLimits.pagesOf(longest);
        if (pages > limits.pages()) {
            throw new IllegalArgumentException("a prompt of " + prompt + " tokens and up to "
                    + request.maxNew() + " more need " + pages + " pages of " + BatchLimits.PAGE
                    + " positions, the cache has " + limits.pages()
                    + ": choose more --pages or fewer tokens");
        }
        var sequence = new Sequence(requests++, request.prompt());
        orders.put(sequence, new Order(request, clock.getAsLong()));
        scheduler.add(sequence);
        return sequence.id();
    }

    /** Whether all requests are done. */
    public boolean isIdle() {
        return scheduler.isIdle();
    }

    /** So far. */
    public Totals totals() {
        return new Totals(steps, computed, deviceNanos / 1e6, scheduler.preemptions(),
                scheduler.pool().most());
    }

    /** Runs steps until all requests are done; what they got, in the order of their ends. */
    public List<BatchResult> runAll() {
        List<BatchResult> results = new ArrayList<>();
        while (!isIdle()) {
            step(new BatchObserver() {
                @Override
                public void finished(BatchResult result) {
                    results.add(result);
                }
            });
        }
        return results;
    }

    /** Runs a step, if there is something to do. */
    public void step(BatchObserver observer) {
        List<Scheduler.Chunk> chunks = scheduler.next();
        if (chunks.isEmpty()) {
            return;
        }
        List<BatchPart> parts = new ArrayList<>();
        for (Scheduler.Chunk chunk : chunks) {
            Sequence s = chunk.sequence();
            parts.add(new BatchPart(s.slot(), s.cached(), s.next(chunk.tokens()), s.pages(),
                    chunk.tokens() == s.missing()));
            computed += chunk.tokens();
        }
        int[] chosen = choose(chunks, parts, observer);
        int at = 0;
        for (int i = 0; i < parts.size(); i++) {
            Sequence sequence = chunks.get(i).sequence();
            sequence.advance(chunks.get(i).tokens());
            if (parts.get(i).wanted()) {
                take(sequence, chosen[at++], observer);
            }
        }
    }

    /** Runs the step; the next tokens of the sequences whose logits are wanted. */
    private int[] choose(List<Scheduler.Chunk> chunks, List<BatchPart> parts,
            BatchObserver observer) {
        List<Sequence> wanted = IntStream.range(0, parts.size())
                .filter(i -> parts.get(i).wanted())
                .mapToObj(i -> chunks.get(i).sequence()).toList();
        List<Choice> choices = wanted.stream().map(s -> orders.get(s).sampler.next()).toList();
        long start = clock.getAsLong();
        steps++;
        if (!observer.wantsLogits()) {
            int[] chosen = device.stepChosen(parts, choices);
            deviceNanos += clock.getAsLong() - start;
            return chosen;
        }
        List<float[]> logits = device.step(parts);
        deviceNanos += clock.getAsLong() - start;
        return IntStream.range(0, wanted.size()).map(i -> {
            observer.logits(wanted.get(i).id(), logits.get(i));
            return choices.get(i).of(logits.get(i));
        }).toArray();
    }

    private void take(Sequence sequence, int token, BatchObserver observer) {
        Order order = orders.get(sequence);
        boolean ended = endOfText.contains(token);
        if (!ended) {
            sequence.append(token);
            if (sequence.count() == sequence.promptLength() + 1) {
                order.first = clock.getAsLong();
            }
            observer.token(sequence.id(), token);
            ended = sequence.count() - sequence.promptLength() == order.request.maxNew()
                    || sequence.cached() == device.limits().maxContext();
        }
        if (ended) {
            finish(sequence, orders.remove(sequence), observer);
        }
    }

    private void finish(Sequence sequence, Order order, BatchObserver observer) {
        long end = clock.getAsLong();
        int[] generated = sequence.generated();
        long first = generated.length == 0 ? end : order.first;
        scheduler.finish(sequence);
        observer.finished(new BatchResult(sequence.id(), sequence.promptLength(), generated,
                (first - order.start) / 1e6, (end - order.start) / 1e6,
                sequence.preemptions()));
    }
}
