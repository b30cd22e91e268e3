package dev.skein.sim.csd;

import dev.skein.sim.csd.fault.FaultPlan;
import dev.skein.sim.csd.flash.BlockLayout;
import dev.skein.sim.csd.flash.FlashArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Changes bytes of a drive that nobody has open. */
final class Damage {
    private Damage() {
    }

    /** Pages of the checkpoint that counts. */
    static List<Integer> checkpointPages(Path drive) {
        try (FlashArray array = FlashArray.open(drive, false, FaultPlan.NONE)) {
            return List.copyOf(Recovery.of(array).checkpoints().pages());
        }
    }

    /** Pages in the tables. */
    static List<Integer> tablePages(Path drive) {
        List<Integer> pages = new ArrayList<>();
        try (FlashArray array = FlashArray.open(drive, false, FaultPlan.NONE)) {
            Recovery.of(array).tasks().values()
                    .forEach(t -> t.heads().forEach(h -> h.forEachPage(pages::add)));
        }
        return pages;
    }

    /** Changes a bit of the first byte of a page. */
    static void flip(Path drive, BlockLayout layout, int page) throws IOException {
        flip(drive, layout.channel(layout.block(page)), layout.data(page), 0);
    }

    /** Changes a bit. */
    static void flip(Path drive, int channel, long at, int bit) throws IOException {
        try (var file = FileChannel.open(drive.resolve("channel-%02d.flash".formatted(channel)),
                StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var one = ByteBuffer.allocate(1);
            file.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1 << bit));
            file.write(one.rewind(), at);
        }
    }
}
