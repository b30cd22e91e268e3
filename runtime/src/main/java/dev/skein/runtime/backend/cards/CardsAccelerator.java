package dev.skein.runtime.backend.cards;

import dev.skein.compiler.fpga.FpgaException;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.ServedProgram;
import dev.skein.hls.isa.CardSegment;
import dev.skein.hls.isa.Region;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.Step;
import dev.skein.runtime.device.StepCost;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Runs an executable on several cards. All of them run a segment at once; then the host reads what
 * each has computed, and writes the whole to all: no sum is formed between cards, so logits are
 * those of one card bit for bit.
 */
public final class CardsAccelerator implements Accelerator {
    private final Parts parts;
    private final List<CardPort> ports;
    private final ExecutorService threads;
    private final Region input;
    private final Optional<Exchange> exchange;
    private int position;

    /** What a card did in a segment. */
    private record Done(byte[] bytes, Optional<StepCost> cost) {}

    /**
     * Cards that are loaded.
     *
     * @param ports by card; closed with this
     */
    public CardsAccelerator(Parts parts, List<? extends CardPort> ports) {
        this(parts, ports, Optional.empty());
    }

    /**
     * Cards that are loaded.
     *
     * @param ports by card; closed with this
     * @param exchange its time, where that of the cards is simulated
     */
    public CardsAccelerator(Parts parts, List<? extends CardPort> ports,
            Optional<Exchange> exchange) {
        this.exchange = exchange;
        this.parts = parts;
        this.ports = List.copyOf(ports);
        this.input = parts.executable().program(Phase.DECODE).program().regions().stream()
                .filter(r -> r.kind() == Region.Kind.INPUT).findFirst().orElseThrow();
        this.threads = Executors.newFixedThreadPool(ports.size(),
                Thread.ofPlatform().daemon().name("card-", 0).factory());
    }

    @Override
    public Step step(int... tokens) {
        int vocab = parts.executable().config().vocabSize();
        Step.require(this, vocab, tokens);
        ServedProgram served = parts.executable().programs().of(position, tokens.length);
        ByteBuffer ids = ByteBuffer.allocate(Math.multiplyExact(4, tokens.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(tokens).forEach(ids::putInt);
        byte[] rows = ids.array();
        long address = input.offset();
        List<CardSegment> segments = parts.splits().get(served).segments();
        var costs = new ArrayList<List<StepCost>>();
        double host = 0;
        for (int i = 0; i < segments.size(); i++) {
            CardSegment segment = segments.get(i);
            String name = served.name() + "." + i;
            byte[] in = rows;
            long to = address;
            List<Done> done = onAll(card -> {
                CardPort port = ports.get(card);
                port.write(to, in);
                Optional<StepCost> cost = port.run(name, segment.cards().get(card), position,
                        tokens.length);
                return new Done(read(segment.gathered(), card, tokens.length), cost);
            });
            host += exchange.map(e -> e.seconds(segment, in.length, tokens.length)).orElse(0.0);
            costs.add(done.stream().flatMap(d -> d.cost().stream()).toList());
            rows = gather(segment.gathered(), done.stream().map(Done::bytes).toList(),
                    tokens.length);
            address = segment.gathered().address();
        }
        float[] logits = new float[vocab];
        ByteBuffer.wrap(rows).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(logits);
        position += tokens.length;
        double hostSeconds = host;
        return new Step(logits, exchange.map(e -> e.step(costs, hostSeconds)));
    }

    /** The slices of a card, one after the other. */
    private byte[] read(CardSegment.Gathered gathered, int card, int tokens) {
        int rows = Exchange.rows(gathered, tokens);
        var own = gathered.slices().stream().filter(s -> s.card() == card).toList();
        ByteBuffer out = ByteBuffer.allocate(own.stream().mapToInt(
                s -> Math.multiplyExact(rows, s.rowBytes())).sum());
        own.forEach(s -> out.put(ports.get(card).read(s.address(), rows * s.rowBytes())));
        return out.array();
    }

    /** Whole rows. */
    private static byte[] gather(CardSegment.Gathered gathered, List<byte[]> computed,
            int tokens) {
        int rows = Exchange.rows(gathered, tokens);
        byte[] out = new byte[Math.multiplyExact(rows, gathered.rowBytes())];
        int[] at = new int[computed.size()];
        for (CardSegment.Slice s : gathered.slices()) {
            for (int row = 0; row < rows; row++) {
                System.arraycopy(computed.get(s.card()), at[s.card()], out,
                        row * gathered.rowBytes() + s.column(), s.rowBytes());
                at[s.card()] += s.rowBytes();
            }
        }
        return out;
    }

    /** What a card does. */
    private interface Work {
        Done on(int card);
    }

    /** On all cards at once; the first card that fails is named. */
    private List<Done> onAll(Work work) {
        try {
            List<Callable<Done>> all = IntStream.range(0, ports.size())
                    .<Callable<Done>>mapToObj(card -> () -> work.on(card)).toList();
            List<Future<Done>> done = threads.invokeAll(all);
            var out = new Done[done.size()];
            for (int card = 0; card < out.length; card++) {
                out[card] = result(card, done.get(card));
            }
            return List.of(out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FpgaException("interrupted while the cards were running");
        }
    }

    private Done result(int card, Future<Done> done) throws InterruptedException {
        try {
            return done.get();
        } catch (ExecutionException e) {
            var failed = new FpgaException(ports.get(card).description() + " (part " + card
                    + " of the model): " + e.getCause().getMessage());
            failed.initCause(e.getCause());
            throw failed;
        }
    }

    @Override
    public boolean computes() {
        return ports.stream().allMatch(CardPort::computes);
    }

    @Override
    public int position() {
        return position;
    }

    @Override
    public void reset() {
        position = 0;
    }

    @Override
    public int maxContext() {
        return parts.executable().maxContext();
    }

    @Override
    public int maxTokens() {
        return parts.executable().program(Phase.PREFILL).program().maxTokens();
    }

    @Override
    public String description() {
        return parts.executable().config().name() + ", " + parts.executable().weights() + " on "
                + parts.executable().board() + ", " + String.join(" and ",
                        ports.stream().map(CardPort::description).distinct().toList());
    }

    /** Ends all cards, also if one does not end well. */
    @Override
    public void close() {
        threads.shutdown();
        closeAll(ports);
    }

    /** Closes all; the first failure is thrown when all have been tried. */
    public static void closeAll(List<? extends CardPort> ports) {
        RuntimeException first = null;
        for (CardPort port : ports) {
            try {
                port.close();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
