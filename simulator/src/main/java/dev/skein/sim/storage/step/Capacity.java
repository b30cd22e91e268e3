package dev.skein.sim.storage.step;

import dev.skein.hls.board.drive.Drive;
import dev.skein.hls.board.drive.Engine;
import dev.skein.hls.board.drive.HeadSplit;
import dev.skein.hls.board.host.Host;
import dev.skein.sim.storage.KvLayout;

/** Refuses a cache that does not fit. */
final class Capacity {
    private Capacity() {}

    static void check(ModelShape model, Host host, CachePlace place, long batch, long tokens) {
        long cache = Math.multiplyExact(batch * tokens, model.traffic().bytesPerToken());
        fits("GPU memory: weights", model.weightBytes(), host.gpu().memoryBytes());
        switch (place) {
            case CachePlace.GpuMemory _ -> fits("GPU memory: weights and cache",
                    model.weightBytes() + cache, host.gpu().memoryBytes());
            case CachePlace.HostMemory _ -> fits("host memory: cache", cache, host.memoryBytes());
            case CachePlace.PlainDrive p -> fits("drive " + p.drive().name() + ": cache",
                    Math.multiplyExact(cache / model.kvHeads(),
                            HeadSplit.of(model.kvHeads(), p.drives()).getFirst()),
                    p.drive().flash().geometry().capacityBytes());
            case CachePlace.Recompute _ -> fits("GPU memory: weights and one layer of all tokens",
                    model.weightBytes() + batch * tokens * (model.traffic().layerBytesPerToken()
                            + (long) ModelShape.VALUE_BYTES * model.hidden()),
                    host.gpu().memoryBytes());
            case CachePlace.InStorage s -> inStorage(model, s, batch, tokens);
        }
    }

    private static void inStorage(ModelShape model, CachePlace.InStorage s, long batch,
            long tokens) {
        Drive drive = s.drive();
        String name = "drive " + drive.name();
        Engine engine = drive.engine().orElseThrow(() -> new PlacementException(name
                + " has no attention engine; it can only keep a cache"));
        int heads = HeadSplit.of(model.kvHeads(), s.drives()).getFirst();
        long perHead = model.traffic().flashBytesPerToken() / model.kvHeads();
        fits(name + ": cache with K twice", batch * tokens * heads * perHead,
                drive.flash().geometry().capacityBytes());
        var layout = new KvLayout(drive.flash().geometry(), model.headDim());
        long head = 2L * model.headDim() * KvLayout.VALUE_BYTES;
        fits(name + ": DRAM for group buffers and heads in flight",
                batch * heads * model.layers() * layout.groupTokens() * head
                        + engine.headsInFlight() * tokens * head,
                drive.memory().capacityBytes());
    }

    private static void fits(String what, long bytes, long limit) {
        if (bytes > limit) {
            throw new PlacementException(what + " " + bytes + " bytes; there are " + limit);
        }
    }
}
