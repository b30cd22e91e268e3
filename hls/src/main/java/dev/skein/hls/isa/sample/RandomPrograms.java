package dev.skein.hls.isa.sample;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Span;
import dev.skein.hls.isa.TokenInsertion;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.VerifiedProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random verified programs. A seed gives one skeleton of loops and barriers that all cores share,
 * and for each core other instructions between. Addresses come from a small range, so that nearly
 * every instruction depends on others; the tokens come from {@link TokenInsertion}.
 *
 * <p>Before a step, memory has to hold what {@link #fill} writes, and the host's token ids have to
 * be below {@link #IDS}.
 */
public final class RandomPrograms {
    /** Token ids below this are rows of every table that a program gathers from. */
    public static final int IDS = 16;

    /** Smallest buffers that a program can be made for. */
    public static final BufferSizes SMALLEST = new BufferSizes(64 << 10, 32 << 10, 8 << 10);

    static final int WEIGHTS = 0;
    static final int KV = 1;
    static final int PARAMS = 2;
    static final int TABLES = 3;
    static final int INPUT = 4;
    static final int OUTPUT = 5;
    static final int STRIPS = 6;
    static final int LOCAL_BYTES = 48 << 10;
    static final int GATHER_BYTES = 4 << 10;
    static final int OUTPUT_BYTES = 4 << 10;

    private static final int LONG = 5 * Span.BLOCK / 2;
    private static final int REGION_BYTES = 1 << 20;
    private static final int SHARED_OFFSET = 4 << 10;

    private final SplittableRandom random;
    private final int cores;
    private final int maxTokens;
    private final int maxContext;
    private final List<RandomStream> streams = new ArrayList<>();

    private RandomPrograms(long seed, int cores) {
        this.random = new SplittableRandom(seed);
        this.cores = cores;
        this.maxTokens = random.nextBoolean() ? 1 : 1 + random.nextInt(4);
        // Some long enough for spans to leave something out.
        this.maxContext = maxTokens + random.nextInt(random.nextInt(3) == 0 ? LONG : 40);
        for (int c = 0; c < cores; c++) {
            streams.add(new RandomStream(random.split(), c, cores, maxTokens, maxContext));
        }
    }

    /**
     * The program of a seed.
     *
     * @param seed decides everything
     * @param cores number of cores, 1 to 16
     * @param buffers at least {@link #SMALLEST}
     */
    public static VerifiedProgram generate(long seed, int cores, BufferSizes buffers) {
        if (cores < 1 || cores > 16 || buffers.actBytes() < SMALLEST.actBytes()
                || buffers.wgtBytes() < SMALLEST.wgtBytes()
                || buffers.parBytes() < SMALLEST.parBytes()) {
            throw new IllegalArgumentException("random program for " + cores + " cores with "
                    + buffers + ": 1 to 16 cores, at least " + SMALLEST);
        }
        var all = new RandomPrograms(seed, cores);
        all.skeleton();
        return ProgramVerifier.verify(TokenInsertion.insert(new Program("random-" + seed,
                all.maxTokens, all.maxContext, buffers, regions(cores),
                all.streams.stream().map(RandomStream::instructions).toList())));
    }

    /**
     * Deterministic contents for a region: token ids for INPUT, sparse tiles for {@code strips},
     * else binary32 from -1 to 1, which every other use of the bytes can live with.
     *
     * @param region which region
     * @param seed decides the contents
     * @return {@code region.bytes()} bytes
     */
    public static byte[] fill(Region region, long seed) {
        var values = new SplittableRandom(seed ^ region.name().hashCode() * 31L + region.core());
        byte[] out = new byte[Math.toIntExact(region.bytes())];
        var buffer = java.nio.ByteBuffer.wrap(out).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        if (region.base() == STRIPS) {
            RandomStrips.fill(buffer, values);
            return out;
        }
        while (buffer.remaining() >= 4) {
            if (region.kind() == Region.Kind.INPUT) {
                buffer.putInt(values.nextInt(IDS));
            } else {
                buffer.putFloat((float) values.nextDouble(-1, 1));
            }
        }
        return out;
    }

    private static List<Region> regions(int cores) {
        var out = new ArrayList<Region>();
        for (int c = 0; c < cores; c++) {
            out.add(new Region("weights", Memory.HBM, c, Region.Kind.WEIGHTS, WEIGHTS, 0,
                    REGION_BYTES));
            out.add(new Region("kv", Memory.HBM, c, Region.Kind.KV, KV, REGION_BYTES,
                    REGION_BYTES));
            out.add(new Region("params", Memory.PARAM, c, Region.Kind.PARAMS, PARAMS, 0,
                    64 << 10));
            out.add(new Region("strips", Memory.HBM, c, Region.Kind.WEIGHTS, STRIPS,
                    2 * REGION_BYTES, RandomStrips.BYTES));
        }
        out.add(new Region("tables", Memory.DDR, Region.SHARED, Region.Kind.TABLES, TABLES, 0,
                64 << 10));
        out.add(new Region("tokens", Memory.DDR, Region.SHARED, Region.Kind.INPUT, INPUT,
                64 << 10, SHARED_OFFSET));
        out.add(new Region("logits", Memory.DDR, Region.SHARED, Region.Kind.OUTPUT, OUTPUT,
                128 << 10, (long) cores * OUTPUT_BYTES));
        return out;
    }

    /** Offset of the token ids from the register of the tables. */
    static long idsOffset() {
        return 64 << 10;
    }

    /** Value of the register of a region of a core at the start of a step. */
    static long start(int base) {
        return base == KV ? REGION_BYTES : 0;
    }

    private void skeleton() {
        int gather = 0;
        int parts = 2 + random.nextInt(4);
        for (int p = 0; p < parts; p++) {
            if (maxContext > Span.BLOCK) {
                streams.forEach(s -> s.add(RandomStream.span(s.random())));
            }
            switch (random.nextInt(5)) {
                case 0 -> loop(1);
                case 1 -> meetings();
                case 2 -> streams.forEach(RandomStream::repetition);
                default -> {
                    body(gather, true);
                    int buffer = gather;
                    streams.forEach(s -> s.barrier(buffer));
                    gather = 1 - gather;
                }
            }
            body(gather, false);
        }
        streams.forEach(s -> s.add(new Instruction.End(Tokens.NONE)));
    }

    /** Instructions of all cores; with {@code send} broadcasts to the next gather buffer. */
    private void body(int nextGather, boolean send) {
        int size = random.nextInt(12);
        for (RandomStream s : streams) {
            s.body(size, send ? nextGather : RandomStream.NO_GATHER);
        }
    }

    /** A loop without barriers; each core has its own count, as long as nobody waits for it. */
    private void loop(int depth) {
        for (RandomStream s : streams) {
            s.loop(depth, random.nextInt(3) == 0 ? 1 : 0);
        }
    }

    /** A loop with two barriers in its body, counted alike by all cores. */
    private void meetings() {
        // The same span everywhere: it decides how often the cores meet.
        if (maxContext > Span.BLOCK) {
            Instruction span = RandomStream.span(random);
            streams.forEach(s -> s.add(span));
        }
        Extent count = random.nextBoolean() ? Extent.tile(16) : Extent.fixed(1 + random.nextInt(3));
        streams.forEach(s -> s.add(new Instruction.Loop(Tokens.NONE, count)));
        for (int gather = 2; gather < 4; gather++) {
            int buffer = gather;
            body(buffer, true);
            streams.forEach(s -> s.barrier(buffer));
        }
        body(RandomStream.NO_GATHER, false);
        streams.forEach(s -> s.add(new Instruction.EndLoop(Tokens.NONE)));
    }
}
