package dev.skein.sim.storage.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.drive.Drive;
import dev.skein.hls.board.drive.Drives;
import dev.skein.hls.board.drive.HeadSplit;
import dev.skein.hls.board.host.Host;
import dev.skein.hls.board.host.Hosts;
import dev.skein.sim.storage.ArrayRate;
import dev.skein.sim.storage.Attention;
import dev.skein.sim.storage.AttentionStep;
import dev.skein.sim.storage.ClosedForms;
import dev.skein.sim.storage.FluidDrive;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Steps and requests. */
class TimelineTest {
    private static final ModelShape OPT_13B = new ModelShape(40, 40, 40, 128, 5120,
            2L * 5120 * 20480, 50272);
    private static final Host HOST = Hosts.load("a6000");
    private static final Drive DRIVE = Drives.load("instcsd");
    /** A GPU that takes no time, so that the rest can be seen. */
    private static final GpuTime NONE = (_, _, _) -> 0;

    private static Timeline of(CachePlace place) {
        return new Timeline(OPT_13B, HOST, new RooflineGpu(HOST.gpu()), place);
    }

    private static CachePlace dense(int drives) {
        return new CachePlace.InStorage(DRIVE, drives, new Attention.Dense());
    }

    private static String refusal(CachePlace place, int batch) {
        return assertThrows(PlacementException.class, () -> of(place).decode(batch, 2047))
                .getMessage();
    }

    @Test
    void headsAreSplitWithTheirRemainder() {
        assertEquals(List.of(14, 13, 13), HeadSplit.of(40, 3));
        assertEquals(List.of(40), HeadSplit.of(40, 1));
        for (int drives = 1; drives <= 40; drives++) {
            assertEquals(40, HeadSplit.of(40, drives).stream().mapToInt(h -> h).sum());
        }
        assertTrue(assertThrows(BoardException.class, () -> HeadSplit.of(40, 41)).getMessage()
                .contains("allowed: 1 to 40"));
        assertThrows(BoardException.class, () -> HeadSplit.of(40, 0));
    }

    @Test
    void theLongestDriveDecides() {
        var layer = FluidDrive.run(DRIVE.withLink(DRIVE.link().atMost(32.0 / 3)),
                new AttentionStep(new Attention.Dense(), 4, 14, 1, 128, 1024));
        StepTime step = new Timeline(OPT_13B, HOST, NONE, dense(3)).decode(4, 1024);
        assertEquals(40 * (layer.picos() / 1e12 + 1e-6), step.cacheSeconds(), 1e-9);
        assertEquals(4.0 * 1024 * 819_200, step.cacheBytes(), "all heads, each once");
    }

    /** Row 9: nothing is faster than the flash channels, at any batch. */
    @Test
    void oneDriveKeepsItsBound() {
        for (int batch : new int[] {1, 4, 16, 64, 256}) {
            var g = of(dense(1)).generate(batch, 1024, 1024, 8);
            assertTrue(g.decodeTokensPerSecond() <= 8.90, batch + ": " + g);
            assertTrue(g.tokensPerSecond() < g.decodeTokensPerSecond(), g.toString());
        }
    }

    @Test
    void moreDrivesAreFasterButNotMoreThanTheirNumber() {
        double one = of(dense(1)).decode(64, 1536).seconds();
        double before = one;
        for (int drives : new int[] {2, 3, 5, 10, 20}) {
            double now = of(dense(drives)).decode(64, 1536).seconds();
            assertTrue(now < before && now * drives > one, drives + " drives: " + now);
            before = now;
        }
    }

    /** Without a GPU's time a fetched cache takes its bytes over the slowest link. */
    @Test
    void fetchedCachesTakeTheirBytes() {
        double bytes = 64.0 * 1536 * 819_200;
        assertEquals(bytes / 32e9, new Timeline(OPT_13B, HOST, NONE, new CachePlace.HostMemory())
                .decode(64, 1536).seconds(), 1e-3);
        StepTime drive = new Timeline(OPT_13B, HOST, NONE, new CachePlace.PlainDrive(DRIVE))
                .decode(64, 1536);
        assertEquals(bytes / (DRIVE.link().payloadGBps() * 1e9), drive.cacheSeconds(), 1e-3);
        Drive slow = Drives.load("mqsim-4k-2");
        assertEquals(bytes / ClosedForms.readBytesPerSecond(slow.flash()),
                new Timeline(OPT_13B, HOST, NONE, new CachePlace.PlainDrive(slow))
                        .decode(64, 1536).cacheSeconds(), 1e-3);
    }

    /** A reader who waits for each window takes its latency each time. */
    @Test
    void mappedFilesAreReadInWindows() {
        var t = DRIVE.flash().timing();
        double window = 1 << 17;
        double alone = ArrayRate.windowedBytesPerSecond(DRIVE, 1, (int) window);
        // 32 pages, 4 on each channel: command, sensing, 4 transfers, the link both ways
        double least = t.tRPicos() + 4 * DRIVE.flash().transferPicos()
                + DRIVE.link().transferPicos((long) window) + 2 * DRIVE.link().latencyPicos();
        assertTrue(window / alone > least / 1e12 && window / alone < 1.1 * least / 1e12,
                alone + " bytes a second");
        assertTrue(ArrayRate.windowedBytesPerSecond(DRIVE, 2, (int) window) < 2 * alone);
        var files = new CachePlace.PlainDrive(DRIVE, 1, Optional.of(
                new CachePlace.FileReads(1, (int) window)));
        double bytes = 64.0 * 1536 * 819_200;
        assertEquals(bytes / alone + bytes / 32e9, new Timeline(OPT_13B, HOST, NONE, files)
                .decode(64, 1536).cacheSeconds(), 1e-3);
    }

    /** Several plain drives give what they all give, until the GPU's link is full. */
    @Test
    void plainDrivesAddUp() {
        double bytes = 64.0 * 1536 * 819_200;
        for (int drives : new int[] {2, 4, 20}) {
            var place = new CachePlace.PlainDrive(DRIVE, drives, Optional.empty());
            double rate = Math.min(32, drives * DRIVE.link().payloadGBps()) * 1e9;
            assertEquals(bytes / rate, new Timeline(OPT_13B, HOST, NONE, place)
                    .decode(64, 1536).cacheSeconds(), 1e-3);
        }
    }

    /** Without a cache a step is a prefill of all tokens, the new one included. */
    @Test
    void recomputationIsAPrefill() {
        assertEquals(of(new CachePlace.GpuMemory()).prefill(4, 1024),
                of(new CachePlace.Recompute()).decode(4, 1023).seconds(), 1e-9);
        assertTrue(refusal(new CachePlace.Recompute(), 1000).startsWith(
                "GPU memory: weights and one layer of all tokens "));
    }

    @Test
    void onTheGpuADecodeStepReadsWeightsAndCache() {
        StepTime step = of(new CachePlace.GpuMemory()).decode(4, 1536);
        double bytes = OPT_13B.weightBytes() + 4.0 * 1536 * 819_200;
        double roofline = bytes / (768e9 * 0.85);
        double launches = (40 * 9 + 1) * 5e-6;
        assertEquals(roofline + launches, step.seconds(), 1e-3 * step.seconds());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertTrue(refusal(new CachePlace.GpuMemory(), 64).startsWith(
                "GPU memory: weights and cache "));
        assertTrue(refusal(new CachePlace.HostMemory(), 128).startsWith("host memory: cache "),
                "FlexGen is out of memory at batch 128");
        assertTrue(of(new CachePlace.HostMemory()).decode(64, 2047).seconds() > 0, "not at 64");
        assertTrue(refusal(new CachePlace.InStorage(Drives.load("mqsim-4k-2"), 1,
                new Attention.Dense()), 1).endsWith("has no attention engine; it can only keep a"
                        + " cache"));
        assertTrue(refusal(new CachePlace.InStorage(Drives.load("openssd"), 1,
                new Attention.Dense()), 256).contains("DRAM for group buffers"));
        assertTrue(refusal(dense(1), 2000).contains("cache with K twice"));
    }

    /** Few parts are as good as the mean of every 16th step, if stripes do not beat with them. */
    @Test
    void elevenSamplesAreEnough() {
        double few = of(dense(1)).generate(16, 1024, 1024, 11).decode().seconds();
        double many = of(dense(1)).generate(16, 1024, 1024, 64).decode().seconds();
        assertEquals(many, few, 0.003 * many);
    }

    /** Sending overlaps with computing: a layer takes the longer of the two. */
    @Test
    void prefillHidesWhatItSends() {
        double gpu = of(new CachePlace.GpuMemory()).prefill(8, 1024);
        double memory = of(new CachePlace.HostMemory()).prefill(8, 1024);
        assertTrue(memory > gpu && memory < gpu * 1.01, memory + " beside " + gpu);
        double program = 40 * 1.5 * 64 * 1024 * 20_480
                / ClosedForms.programBytesPerSecond(DRIVE.flash());
        double drive = of(dense(1)).prefill(64, 1024);
        assertTrue(drive > program && drive < 1.02 * program + gpu, "programming bounds: " + drive);
    }
}
