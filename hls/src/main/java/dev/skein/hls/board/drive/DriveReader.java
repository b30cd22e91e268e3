package dev.skein.hls.board.drive;

import dev.skein.hls.board.Keys;
import java.util.Optional;

/** Builds a {@link Drive} from a file's keys and checks what one key cannot show alone. */
final class DriveReader {
    private static final long MIB = 1 << 20;
    private static final int MAX_COUNT = 1 << 20;
    private static final int MAX_CYCLES = 1 << 20;
    /** Ten seconds: beyond any time of a flash array. */
    private static final double MAX_NANOS = 1e10;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Keys keys;

    private DriveReader(Keys keys) {
        this.keys = keys;
    }

    static Drive read(Keys keys) {
        var reader = new DriveReader(keys);
        Drive drive = new Drive(keys.text("name"), keys.text("description"), reader.flash(),
                reader.link(), reader.memory(), reader.engine());
        keys.refuseUnread();
        return drive;
    }

    private Flash flash() {
        return new Flash(geometry(), timing(), new Flash.Errors(
                keys.real("flash.retriesPerRead", 0, 0.5),
                keys.integer("flash.maxRetries", 1, 64)),
                keys.choice("flash.controller", Flash.Controller.values(),
                        Flash.Controller::key));
    }

    private Flash.Geometry geometry() {
        return new Flash.Geometry(keys.integer("flash.channels", 1, 64),
                keys.integer("flash.diesPerChannel", 1, 256),
                keys.integer("flash.planesPerDie", 1, 16), page(),
                keys.integer("flash.pagesPerBlock", 1, 1 << 16),
                keys.integer("flash.blocksPerPlane", 1, MAX_COUNT),
                keys.integer("flash.peCycles", 1, 10_000_000));
    }

    private int page() {
        int bytes = keys.integer("flash.page_bytes", 512, 1 << 16);
        if (Integer.bitCount(bytes) != 1) {
            throw keys.bad("flash.page_bytes", Integer.toString(bytes), "a power of two");
        }
        return bytes;
    }

    private Flash.Timing timing() {
        return new Flash.Timing(keys.real("flash.channel_GBps", 0.001, 100),
                nanos("flash.transferOverhead_ns", 0), nanos("flash.tR_ns", 1),
                nanos("flash.tPROG_ns", 1), nanos("flash.tBERS_ns", 1),
                nanos("flash.command.select_ns", 0), nanos("flash.command.plane_ns", 0),
                nanos("flash.command.nextPlane_ns", 0), nanos("flash.command.status_ns", 0));
    }

    private Link link() {
        return new Link(keys.real("link.raw_GBps", 0.001, 1000),
                keys.integer("link.payload_bytes", 1, 4096),
                keys.integer("link.overhead_bytes", 0, 4096), nanos("link.latency_ns", 0),
                keys.integer("nvme.queueDepth_commands", 1, 1 << 16), nanos("nvme.command_ns", 0),
                Picos.ofNanos(keys.real("nvme.timeout_ms", 1, 1e6) * NANOS_PER_MILLI));
    }

    private Drive.Memory memory() {
        return new Drive.Memory(keys.integer("dram.capacity_MiB", 1, MAX_COUNT) * MIB,
                keys.real("dram.pass_GBps", 0.001, 10_000), nanos("ftl.lookup_ns", 0));
    }

    private Optional<Engine> engine() {
        if (!keys.either("engine", "attention", "none")) {
            return Optional.empty();
        }
        int kernels = keys.integer("engine.kernels", 1, 64);
        int inFlight = keys.integer("engine.headsInFlight", 1, 4096);
        if (inFlight < kernels) {
            throw keys.bad("engine.headsInFlight", Integer.toString(inFlight),
                    "at least engine.kernels = " + kernels);
        }
        int values = keys.integer("engine.gemv.tokens", 1, 4096)
                * keys.integer("engine.gemv.headDim", 1, 4096);
        return Optional.of(new Engine(keys.real("engine.clock_MHz", 1, 10_000),
                keys.real("engine.filter_GBps", 0.001, 1000), kernels, inFlight,
                new Engine.Gemv(keys.integer("engine.gemv.unitsPerKernel", 1, 1024), values,
                        nanos("engine.gemv_ns", 1)),
                unit("engine.softmax", "engine.softmax.unitsPerKernel"),
                unit("engine.argtopk", "engine.argtopk.units")));
    }

    private Engine.Unit unit(String prefix, String count) {
        return new Engine.Unit(keys.integer(count, 1, 1024),
                keys.integer(prefix + ".element_cycles", 1, MAX_CYCLES),
                keys.integer(prefix + ".latency_cycles", 0, MAX_CYCLES));
    }

    private long nanos(String key, int min) {
        return Picos.ofNanos(keys.real(key, min, MAX_NANOS));
    }
}
