package dev.skein.sim.csd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.drive.Flash;
import dev.skein.hls.number.DriveAttention;
import dev.skein.hls.number.KvHead;
import dev.skein.hls.number.Sparf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM of its own with a heap that holds a third of the keys and values. */
class LargerThanHeapTest {
    private static final String HEAP = "-Xmx24m";
    private static final TaskShape SHAPE = new TaskShape(1, 1, 8, 128, 4);
    private static final int TOKENS = 16 * 1024;
    private static final int CHUNK = 256;
    private static final Flash.Geometry ARRAY = new Flash.Geometry(8, 2, 2, 4096, 64, 16, 3000);

    @TempDir
    private Path folder;

    @Test
    void theCacheMayBeLargerThanTheHeap() throws IOException, InterruptedException {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), HEAP, "-cp", System.getProperty("java.class.path"),
                Child.class.getName(), folder.resolve("d").toString())
                .redirectErrorStream(true).start();
        String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(child.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, child.exitValue(), out);
    }

    /** What runs in the small heap. */
    static final class Child {
        private Child() {
        }

        /** With the folder of the drive. */
        public static void main(String[] args) {
            Path path = Path.of(args[0]);
            CsdDrive.format(path, "child", ARRAY);
            try (CsdDrive drive = CsdDrive.open(path)) {
                drive.createTask(1, SHAPE);
                for (int t = 0; t < TOKENS; t += CHUNK) {
                    drive.append(new Append(1, 0, 0, t, CHUNK), rows(t, false), rows(t, true));
                }
                // 4 bytes a page: two pages of 16 tokens, 32 of 512 tokens, tables grown by half.
                double perToken = (double) drive.state().tableBytes() / TOKENS;
                assertTrue(perToken < 1.5 * 8 * (2 * 4 / 16.0 + 32 * 4 / 512.0), perToken + "");
                check(drive, new Sparf(16, 128, 32));
                check(drive, Sparf.dense(SHAPE.headDim()));
            }
            assertTrue(2L * Short.BYTES * TOKENS * SHAPE.rowValues()
                    > 2 * Runtime.getRuntime().maxMemory());
            try (CsdDrive again = CsdDrive.open(path)) {
                check(again, new Sparf(16, 128, 32));
            }
        }

        private static void check(CsdDrive drive, Sparf sparf) {
            int d = SHAPE.headDim();
            short[] queries = rows(TOKENS, false);
            short[] found = drive.attend(new Attention(1, 0, 0, 0, 8, 1, sparf),
                    Arrays.copyOf(queries, SHAPE.rowValues())).outputs();
            int head = 5;
            short[] keys = new short[TOKENS * d];
            short[] values = new short[TOKENS * d];
            for (int t = 0; t < TOKENS; t += CHUNK) {
                column(rows(t, false), head, keys, t * d);
                column(rows(t, true), head, values, t * d);
            }
            short[] expected = DriveAttention.attend(Arrays.copyOfRange(queries,
                    head * d, (head + 1) * d), new KvHead(d, keys, values), sparf).outputs();
            assertArrayEquals(expected, Arrays.copyOfRange(found, head * d,
                    (head + 1) * d));
        }

        private static void column(short[] rows, int head, short[] into, int at) {
            int d = SHAPE.headDim();
            for (int n = 0; n < CHUNK; n++) {
                System.arraycopy(rows, n * SHAPE.rowValues() + head * d, into, at + n * d, d);
            }
        }

        /** {@code [CHUNK, kvHeads, headDim]}, the same whenever it is asked for. */
        private static short[] rows(int token, boolean values) {
            var random = new SplittableRandom(2L * token + (values ? 1 : 0));
            short[] out = new short[CHUNK * SHAPE.rowValues()];
            for (int i = 0; i < out.length; i++) {
                out[i] = Float.floatToFloat16((random.nextInt(4096) - 2048) / 1024f);
            }
            return out;
        }
    }
}
