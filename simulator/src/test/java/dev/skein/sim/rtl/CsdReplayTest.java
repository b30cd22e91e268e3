package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.number.sample.RandomAttention.Most;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The attention kernel under the address and undefined-behaviour sanitizers, without a JVM: cases
 * as they are and with subnormals flushed to zero, and with mutated descriptors, tables and
 * numbers.
 */
class CsdReplayTest {
    private static final long FIRST = Long.getLong("fuzz.seed", 80_000);
    private static final int CASES = Integer.getInteger("fuzz.replays", 250);
    private static final int MUTATIONS = 20;
    private static final int MAGIC = 0x44434b53;

    @TempDir
    private Path folder;

    @BeforeAll
    static void build() throws Exception {
        CsdCase.build("replay");
    }

    @Test
    void sanitizersAreSilentAndBitsTheSame() throws Exception {
        Path dump = folder.resolve("cases");
        dump(dump);
        String said = Kernels.run(List.of(
                NativeFolder.path().resolve("skein_csd_replay").toString(), dump.toString(),
                Long.toString(FIRST), Integer.toString(MUTATIONS)));
        String[] lines = said.split("\n");
        String flushed = System.getProperty("os.arch").equals("amd64") ? "" : "(not tried) ";
        assertEquals("cases " + CASES + ", differ 0, differ flushed " + flushed
                + "0, wrote though failed 0", lines[0]);
        System.out.println("mutated jobs from seed " + FIRST + ", by status: " + lines[1]);
        long[] counts = Arrays.stream(lines[1].replace("statuses ", "").split(" "))
                .mapToLong(Long::parseLong).toArray();
        assertEquals((long) CASES * MUTATIONS, Arrays.stream(counts).sum());
        for (CsdStatus status : CsdStatus.values()) {
            // Seldom met here, as it takes a mutation of the steps: CsdRefusalTest has it.
            assertTrue(counts[status.ordinal()] > 0 || status == CsdStatus.SELECTION,
                    status + " never occurred");
        }
    }

    /** As csim/replay.cpp reads it. */
    private static void dump(Path file) throws IOException, InterruptedException {
        CsdKernel kernel = CsdCase.kernel();
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(words(MAGIC));
            for (long seed = FIRST; seed < FIRST + CASES; seed++) {
                CsdCase c = CsdCase.of(seed, new Most(256, 300, 8));
                byte[] jobs = CsdKernel.encode(List.of(c.job()));
                byte[] before = c.memory().vectors().clone();
                byte[] results = kernel.runRaw(jobs, c.memory());
                out.write(words(1, CsdMemory.beats(c.memory().pages().length),
                        CsdMemory.beats(c.memory().tables().length),
                        CsdMemory.beats(before.length), 0));
                for (byte[] part : new byte[][] {jobs, c.memory().pages(), c.memory().tables(),
                    before, c.memory().vectors(), results}) {
                    out.write(part);
                }
            }
        }
    }

    private static byte[] words(int... values) {
        ByteBuffer out = ByteBuffer.allocate(values.length * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.asIntBuffer().put(values);
        return out.array();
    }
}
