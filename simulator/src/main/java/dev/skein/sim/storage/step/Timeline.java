package dev.skein.sim.storage.step;

import dev.skein.hls.board.drive.Drive;
import dev.skein.hls.board.drive.HeadSplit;
import dev.skein.hls.board.drive.Picos;
import dev.skein.hls.board.host.Host;
import dev.skein.sim.storage.ArrayRate;
import dev.skein.sim.storage.AttentionStep;
import dev.skein.sim.storage.ClosedForms;
import dev.skein.sim.storage.FluidDrive;
import dev.skein.sim.storage.KvLayout;
import dev.skein.sim.storage.Occupation;
import java.util.HashSet;
import java.util.Optional;

/**
 * Steps of a model on a host; the package documentation has the rules.
 *
 * @param model the model
 * @param host GPU and links
 * @param gpu how long the GPU takes
 * @param place of the cache
 */
public record Timeline(ModelShape model, Host host, GpuTime gpu, CachePlace place) {
    /** Norm and product of QKV; output projection, norm, two of the feed-forward part. */
    private static final int QKV_KERNELS = 2;
    private static final int REST_KERNELS = 4;
    private static final int ATTENTION_KERNELS = 3;
    private static final int KEYS_TWICE = 3;
    /** Contexts are spread over so many tokens; a page holds as many in the usual case. */
    private static final int PAGE_TOKENS = 16;
    /** Not a divisor of usual contexts: a step has the period of a stripe in its context. */
    private static final int SAMPLES = 11;

    /** A decode step of a batch of sequences that all have so many cached tokens. */
    public StepTime decode(int batch, int context) {
        Capacity.check(model, host, place, batch, context + 1L);
        double dense = weights(model.qkvWeights(), batch, QKV_KERNELS)
                + weights(model.restWeights(), batch, REST_KERNELS);
        StepTime layer = switch (place) {
            case CachePlace.GpuMemory _ -> {
                double attention = attention(batch, context);
                yield new StepTime(dense + attention, attention, 0, dense + attention,
                        cacheBytes(batch, context));
            }
            case CachePlace.HostMemory _ -> fetched(dense, batch, context,
                    host.linkGBps() * 1e9, 0);
            case CachePlace.PlainDrive p -> fetched(dense, batch, context, readBytesPerSecond(p),
                    batch * model.traffic().layerBytesPerToken() * share(p.drives())
                            / ClosedForms.programBytesPerSecond(p.drive().flash()));
            case CachePlace.InStorage s -> inStorage(s, dense, batch, context);
            case CachePlace.Recompute _ -> {
                double all = prefillLayer(batch, context + 1);
                yield new StepTime(all, 0, 0, all, 0);
            }
        };
        double head = weights(model.headWeights(), batch, 1);
        return layer.times(model.layers()).plus(new StepTime(head, 0, 0, head, 0));
    }

    private double weights(long weights, long tokens, int kernels) {
        return gpu.seconds(2.0 * weights * tokens, (double) ModelShape.VALUE_BYTES * weights,
                kernels);
    }

    private double cacheBytes(long batch, long context) {
        return (double) batch * context * model.traffic().layerBytesPerToken();
    }

    /** Attention of a decode step on the GPU: two products with the cache. */
    private double attention(int batch, int context) {
        double bytes = cacheBytes(batch, context);
        return gpu.seconds(bytes * model.queries(), bytes, ATTENTION_KERNELS);
    }

    private StepTime fetched(double dense, int batch, int context, double bytesPerSecond,
            double flush) {
        double bytes = cacheBytes(batch, context);
        double fetch = bytes / bytesPerSecond + host.linkNanos() * 1e-9;
        double compute = dense + attention(batch, context);
        return new StepTime(compute, fetch, flush, Math.max(fetch, compute) + flush, bytes);
    }

    /** What reaches the GPU of drives that only store; the one with most heads is the last. */
    private double readBytesPerSecond(CachePlace.PlainDrive p) {
        double each = Math.min(ClosedForms.readBytesPerSecond(p.drive().flash()),
                1e9 * p.drive().link().payloadGBps());
        double link = 1e9 * host.linkGBps();
        return p.files().map(f -> {
            double read = ArrayRate.windowedBytesPerSecond(p.drive(), f.readers(),
                    f.windowBytes()) / share(p.drives());
            return 1 / (1 / read + 1 / link);
        }).orElse(Math.min(each / share(p.drives()), link));
    }

    /** Part of all heads that are on the drive that has most. */
    private double share(int drives) {
        return (double) HeadSplit.of(model.kvHeads(), drives).getFirst() / model.kvHeads();
    }

    private StepTime inStorage(CachePlace.InStorage s, double dense, int batch, int context) {
        Drive drive = linked(s);
        int page = drive.flash().geometry().pageBytes();
        double longest = 0;
        double bytes = 0;
        var splits = HeadSplit.of(model.kvHeads(), s.drives());
        for (int heads : new HashSet<>(splits)) {
            var estimate = FluidDrive.run(drive, step(s, batch, heads, context));
            longest = Math.max(longest, estimate.picos() / Picos.PER_SECOND);
            bytes += splits.stream().filter(h -> h == heads).count() * estimate.pages() * page;
        }
        double flush = (double) batch * splits.getFirst() * KEYS_TWICE * model.headDim()
                * KvLayout.VALUE_BYTES / ClosedForms.programBytesPerSecond(drive.flash());
        double cache = longest + host.linkNanos() * 1e-9;
        return new StepTime(dense, cache, flush, dense + cache + flush, bytes);
    }

    private Drive linked(CachePlace.InStorage s) {
        return s.drive().withLink(s.drive().link().atMost(host.linkGBps() / s.drives()));
    }

    private AttentionStep step(CachePlace.InStorage s, int batch, int heads, int context) {
        return new AttentionStep(s.attention(), batch, heads, model.queries(), model.headDim(),
                context);
    }

    /** How busy the parts of the drive with most heads are in a step; empty without drives. */
    public Optional<Occupation> occupation(int batch, int context) {
        if (!(place instanceof CachePlace.InStorage)) {
            return Optional.empty();
        }
        Share share = share(batch, context);
        return Optional.of(FluidDrive.occupation(share.drive(), share.step()));
    }

    /**
     * What one drive does in a layer.
     *
     * @param drive with its part of the GPU's link
     * @param step of its heads
     */
    public record Share(Drive drive, AttentionStep step) {}

    /**
     * Of the drive that has most heads.
     *
     * @throws PlacementException if no drive computes attention, or the cache does not fit
     */
    public Share share(int batch, int context) {
        if (!(place instanceof CachePlace.InStorage s)) {
            throw new PlacementException("attention is not in the drives: there is no layer of"
                    + " theirs to simulate");
        }
        Capacity.check(model, host, place, batch, context + 1L);
        return new Share(linked(s), step(s, batch,
                HeadSplit.of(model.kvHeads(), s.drives()).getFirst(), context));
    }

    /** All tokens of sequences through one layer on the GPU. */
    private double prefillLayer(int batch, int length) {
        long tokens = (long) batch * length;
        double attention = gpu.seconds(2.0 * tokens * length * model.heads() * model.headDim(),
                2 * cacheBytes(batch, length), ATTENTION_KERNELS);
        return weights(model.qkvWeights(), tokens, QKV_KERNELS)
                + weights(model.restWeights(), tokens, REST_KERNELS) + attention;
    }

    /** Seconds until the first token of prompts of so many tokens. */
    public double prefill(int batch, int promptTokens) {
        Capacity.check(model, host, place, batch, promptTokens);
        double compute = prefillLayer(batch, promptTokens);
        double send = send(cacheBytes(batch, promptTokens));
        int layers = model.layers();
        return compute + (layers - 1) * Math.max(compute, send) + send
                + weights(model.headWeights(), batch, 1);
    }

    /** Keys and values of a layer to where they are kept. */
    private double send(double bytes) {
        return switch (place) {
            case CachePlace.GpuMemory _, CachePlace.Recompute _ -> 0;
            case CachePlace.HostMemory _ -> bytes / (host.linkGBps() * 1e9);
            case CachePlace.PlainDrive p -> Math.max(bytes / (1e9 * host.linkGBps()),
                    bytes * share(p.drives()) / Math.min(1e9 * p.drive().link().payloadGBps(),
                            ClosedForms.programBytesPerSecond(p.drive().flash())));
            case CachePlace.InStorage s -> {
                double share = bytes * share(s.drives());
                yield Math.max(share / (linked(s).link().payloadGBps() * 1e9),
                        share * KEYS_TWICE / 2
                                / ClosedForms.programBytesPerSecond(s.drive().flash()));
            }
        };
    }

    /**
     * A whole request.
     *
     * @param prefillSeconds until the first token
     * @param decode mean step
     * @param tokensPerSecond of all sequences, prefill included
     * @param decodeTokensPerSecond of all sequences
     */
    public record Generation(double prefillSeconds, StepTime decode, double tokensPerSecond,
            double decodeTokensPerSecond) {}

    /** Prefill, then decoding, with as many samples as are enough. */
    public Generation generate(int batch, int promptTokens, int outputTokens) {
        return generate(batch, promptTokens, outputTokens, Math.min(SAMPLES, outputTokens));
    }

    /**
     * Prefill, then decoding. A step grows with its context as a line with the steps of a page, so
     * it is computed near the middle of equal parts, at contexts that fill their last page unlike.
     *
     * @param samples parts
     */
    public Generation generate(int batch, int promptTokens, int outputTokens, int samples) {
        Capacity.check(model, host, place, batch, (long) promptTokens + outputTokens);
        var sum = new StepTime(0, 0, 0, 0, 0);
        for (int i = 0; i < samples; i++) {
            int middle = (int) ((2L * i + 1) * outputTokens / (2L * samples));
            int offset = (2 * i + 1) * PAGE_TOKENS / (2 * samples) - PAGE_TOKENS / 2;
            int context = promptTokens + Math.clamp(middle + offset, 0, outputTokens - 1);
            sum = sum.plus(decode(batch, context));
        }
        StepTime mean = sum.times(1.0 / samples);
        double prefill = prefill(batch, promptTokens);
        double tokens = (double) batch * outputTokens;
        return new Generation(prefill, mean, tokens / (prefill + outputTokens * mean.seconds()),
                batch / mean.seconds());
    }
}
