package dev.skein.hls.board;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Opcode;

import java.util.EnumMap;
import java.util.Optional;

/** Builds a {@link Board} from a file's keys and checks what one key cannot show alone. */
final class BoardReader {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final int MAX_CYCLES = 1 << 24;
    private static final int MAX_WIDTH = 1 << 16;

    private final Keys keys;

    private BoardReader(Keys keys) {
        this.keys = keys;
    }

    static Board read(String file, String text) {
        var reader = new BoardReader(new Keys(file, text));
        Board board = reader.board();
        reader.keys.refuseUnread();
        return board;
    }

    private Board board() {
        String name = keys.text("name");
        String description = keys.text("description");
        double clockMHz = keys.real("clock_MHz", 1, 10_000);
        int cores = keys.integer("cores", 1, 64);
        int hbmChannels = keys.integer("hbm.channels", 1, 1024);
        Fetch fetch = fetch();
        var memories = new MemoryReader(keys, clockMHz, cores, fetch.source());
        return new Board(name, description, clockMHz, cores, buffers(), control(), fetch, mpe(),
                sfu(), sys(), memories.read(hbmChannels), hbmChannels, memories.axiSwitch(),
                mapping(), energy(), keys.real("price_USD", 0, 1e7),
                new FabricReader(keys).read(cores));
    }

    private Fetch fetch() {
        Fetch.Source source = keys.choice("fetch.memory", Fetch.Source.values(),
                Fetch.Source::key);
        int block = keys.multiple("fetch.block_bytes", Opcode.WORD_BYTES, MIB);
        int buffer = keys.multiple("fetch.buffer_bytes", block, MIB);
        if (buffer < 2 * block) {
            throw keys.bad("fetch.buffer_bytes", Integer.toString(buffer),
                    "at least 2 * fetch.block_bytes = " + 2 * block);
        }
        return new Fetch(source, block, buffer, keys.integer("fetch.loopBuffer_bytes", 0, MIB));
    }

    private Mapping mapping() {
        return new Mapping(
                keys.choice("mapping.operations", Mapping.Operations.values(),
                        Mapping.Operations::key),
                keys.choice("mapping.activations", Mapping.Activations.values(),
                        Mapping.Activations::key),
                keys.integer("mapping.tilesPerBuffer", 2, 64),
                keys.has("mapping.outputs") ? keys.multiple("mapping.outputs", 16, 1 << 16) : 1,
                keys.has("mapping.caches") ? keys.choice("mapping.caches",
                        Mapping.Caches.values(), Mapping.Caches::key) : Mapping.Caches.IN_PLACE,
                keys.has("mapping.decodeSpans") ? keys.choice("mapping.decodeSpans",
                        Mapping.DecodeSpans.values(), Mapping.DecodeSpans::key)
                        : Mapping.DecodeSpans.KEPT);
    }

    private BufferSizes buffers() {
        return new BufferSizes(buffer("act"), buffer("wgt"), buffer("par"));
    }

    /** Addresses have 20 bits of 16-byte granules in {@link Opcode}, so a buffer has 16 MiB. */
    private int buffer(String space) {
        return keys.integer("buffer." + space + "_KiB", 1, 16 * KIB) * KIB;
    }

    private Control control() {
        return new Control(keys.integer("control.queueDepth_instructions", 1, 4096),
                keys.integer("control.dispatch_cycles", 1, 1024),
                keys.integer("control.tokenLatency_cycles", 1, 1024),
                keys.integer("ld.outstanding", 1, 64), new TransferRates(percent("ld.act_percent"),
                        percent("ld.wgt_percent"), percent("ld.par_percent"),
                        percent("st.percent")));
    }

    /** A rate of LD or ST, which a board need not give. */
    private int percent(String key) {
        return keys.has(key) ? keys.integer(key, 1, TransferRates.FULL_PERCENT)
                : TransferRates.FULL_PERCENT;
    }

    private MatrixEngine mpe() {
        return new MatrixEngine(shape("mpe.mm."), shape("mpe.mv."),
                keys.integer("mpe.fill_cycles", 1, MAX_CYCLES));
    }

    private MatrixEngine.Shape shape(String prefix) {
        return new MatrixEngine.Shape(keys.integer(prefix + "m", 1, 1024),
                keys.integer(prefix + "n", 1, 1024), keys.integer(prefix + "k", 1, 1024));
    }

    private VectorEngine sfu() {
        int lanes = keys.integer("sfu.lanes", 1, MAX_WIDTH);
        var costs = new EnumMap<VectorKind, VectorEngine.Cost>(VectorKind.class);
        for (VectorKind kind : VectorKind.values()) {
            String prefix = "sfu." + kind.key();
            costs.put(kind, new VectorEngine.Cost(keys.integer(prefix + ".passes", 1, 64),
                    keys.integer(prefix + ".latency_cycles", 0, MAX_CYCLES)));
        }
        return new VectorEngine(lanes, costs);
    }

    private Interconnect sys() {
        return new Interconnect(keys.integer("sys.broadcast_bytesPerCycle", 1, MAX_WIDTH),
                keys.integer("sys.crossing_cycles", 0, MAX_CYCLES),
                keys.integer("sys.barrier_cycles", 1, MAX_CYCLES), cards());
    }

    /** All of it or nothing. */
    private Optional<CardLink> cards() {
        String rate = "cards.link_GBps";
        return keys.has(rate) ? Optional.of(new CardLink(keys.real(rate, 0.01, 1e3),
                keys.real("cards.transfer_us", 0, 1e6), keys.real("cards.start_us", 0, 1e6)))
                : Optional.empty();
    }

    private Energy energy() {
        return new Energy(keys.real("energy.static_W", 0, 1e4),
                keys.real("energy.hbm_pJPerByte", 0, 1e6),
                keys.real("energy.ddr_pJPerByte", 0, 1e6), keys.real("energy.mac_pJ", 0, 1e6),
                keys.real("energy.sfu_pJ", 0, 1e6), keys.real("energy.onChip_pJPerByte", 0, 1e6),
                keys.real("energy.instruction_pJ", 0, 1e6));
    }
}
