package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Drive;
import dev.skein.hls.board.drive.Drives;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Drives and commands for tests. */
final class TestDrives {
    private TestDrives() {}

    /** The built-in drive with some lines replaced; each is a key with its value. */
    static Drive with(String name, String... lines) {
        String text = Drives.text(name);
        for (String line : lines) {
            String key = line.substring(0, line.indexOf('='));
            text = text.replaceAll("(?m)^" + key.replace(".", "\\.") + "=.*\n", "") + line + "\n";
        }
        return Drives.parse("test.properties", text);
    }

    static Drive random(SplittableRandom r) {
        int[] pages = {4096, 8192, 16384};
        return with("instcsd", "flash.channels=" + (1 + r.nextInt(8)),
                "flash.diesPerChannel=" + (1 + r.nextInt(12)),
                "flash.planesPerDie=" + (1 << r.nextInt(3)),
                "flash.page_bytes=" + pages[r.nextInt(3)],
                "flash.channel_GBps=" + (4 + 2 * r.nextInt(8)) / 10.0,
                "flash.controller=" + (r.nextBoolean() ? "lockStep" : "pipelined"),
                "flash.tR_ns=" + (20_000 + r.nextInt(60_000)),
                "engine.headsInFlight=" + (2 + r.nextInt(20)),
                "engine.gemv.unitsPerKernel=" + (1 + r.nextInt(4)),
                "engine.softmax.element_cycles=" + (1 + r.nextInt(6)),
                "nvme.command_ns=" + r.nextInt(3000), "ftl.lookup_ns=" + r.nextInt(120));
    }

    static Attention randomAttention(SplittableRandom r) {
        return r.nextBoolean() ? new Attention.Dense() : new Attention.SparF(8 + r.nextInt(24),
                64 + r.nextInt(128), r.nextInt(32), 2 << r.nextInt(3),
                new Choice(r.nextLong(), 1 + r.nextInt(8)));
    }

    /** Commands of one page each, on one plane after another. */
    static List<Command> pages(Drive drive, FlashOperation operation, int count, long bytesOut) {
        var g = drive.flash().geometry();
        var out = new ArrayList<Command>();
        for (int i = 0; i < count; i++) {
            var pages = new PageSet();
            pages.add(i % g.channels(), i / g.channels() % g.planesPerChannel(),
                    g.planesPerChannel(), g.pageBytes(), 0);
            out.add(new Command(0, bytesOut, 1, _ -> List.of(Phase.pages(operation, pages))));
        }
        return out;
    }
}
