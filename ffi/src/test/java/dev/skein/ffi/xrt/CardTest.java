package dev.skein.ffi.xrt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.ffi.Answer;
import dev.skein.ffi.xrt.XrtException.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The facade over a stand-in for XRT that fails when told to: one sentence, and nothing leaks. */
class CardTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final UUID DESIGN = new UUID(0x0102030405060708L, 0x090a0b0c0d0e0f10L);

    @TempDir
    private static Path folder;
    private static FakeXrt fake;
    private static Path xclbin;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        fake = FakeXrt.build(folder);
        byte[] bytes = new byte[512];
        for (int i = 0; i < 16; i++) {
            bytes[416 + i] = (byte) (1 + i);
        }
        xclbin = Files.write(folder.resolve("design.xclbin"), bytes);
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(0, XrtLedger.liveCount());
        assertEquals(0, XrtLedger.liveBytes());
    }

    private static Xrt xrt(XrtEnvironment environment) {
        return Xrt.find(environment).orElseThrow(IllegalStateException::new);
    }

    @Test
    void allThatACardDoes() throws IOException {
        byte[] data = new byte[(2 << 20) + 12345];
        new Random(1).nextBytes(data);
        try (Xrt xrt = xrt(fake.environment("")); Card card = xrt.open(0, LIMIT)) {
            assertEquals(DESIGN, card.load(xclbin));
            CardKernel kernel = card.kernel("k", "k_1");
            assertEquals(7, kernel.group(3));
            assertEquals(Failure.WRONG_XCLBIN, assertThrows(XrtException.class,
                    () -> kernel.group(99)).failure());
            CardBuffer buffer = card.allocate(data.length + 10L, kernel.group(0));
            buffer.write(7, data);
            assertArrayEquals(data, buffer.read(7, data.length));
            assertThrows(IndexOutOfBoundsException.class, () -> buffer.write(11, data));
            assertThrows(IndexOutOfBoundsException.class, () -> buffer.read(-1, 1));
            CardRun run = kernel.run();
            run.set(0, buffer);
            run.set(20, 2);
            run.start();
            run.await();
            run.start();
            run.await();
            assertEquals(4, XrtLedger.liveCount());
            assertEquals(data.length + 10L, XrtLedger.liveBytes());
            run.close();
            run.close();
            assertEquals(3, XrtLedger.liveCount());
        }
    }

    /** Where it fails, how, and what the sentence says. */
    @ParameterizedTest
    @CsvSource({
        "busy-card, BUSY, xrtDeviceOpen gave 0; another process holds it",
        "busy, BUSY, xclbin is locked; end that one",
        "wrong-shell, WRONG_XCLBIN, xclbin does not match the shell; linked for the shell",
        "crash-in-load, PROCESS_DIED, in LOAD (signal 6: terminate called; run it again",
        "crash-in-start, PROCESS_DIED, died in START; SIGSEGV; run it again",
        "error, RUN_FAILED, k_1 ended in state 'error'; xbutil reset; the card reports: hardware"
            + " error 'firewall trip' (code 0x30103020001; module firewall; severity critical) at"
            + " 2020-09-13T12:26:40Z: Firewall tripped",
        "old-error, RUN_FAILED, within 20000 ms; with 'xbutil reset'",
        "errors-refused, RUN_FAILED, within 20000 ms; with 'xbutil reset'",
        "hang, TIMEOUT, did not answer WAIT within 1500 ms; longer --timeout"})
    void aFailureIsASentence(String mode, Failure failure, String words) throws IOException {
        try (Xrt xrt = xrt(fake.environment(mode))) {
            var e = assertThrows(XrtException.class, () -> work(xrt, mode.equals("hang")
                    ? Duration.ofMillis(1500) : LIMIT));
            assertEquals(failure, e.failure(), e.getMessage());
            assertFalse(e.getMessage().contains("\n"), e.getMessage());
            assertEquals(mode.equals("error"), e.getMessage().contains("the card reports"),
                    e.getMessage());
            for (String part : words.split("; ")) {
                assertTrue(e.getMessage().contains(part), part + " in: " + e.getMessage());
            }
        }
        try (Xrt xrt = xrt(fake.environment(""))) {
            work(xrt, LIMIT);
        }
    }

    private static void work(Xrt xrt, Duration limit) throws IOException {
        try (Card card = xrt.open(0, limit)) {
            card.load(xclbin);
            CardRun run = card.kernel("k", "k_1").run();
            run.set(0, card.allocate(100, 0));
            run.start();
            run.await();
        }
    }

    @Test
    void thereIsNoSecondCard() throws IOException {
        try (Xrt xrt = xrt(fake.environment(""))) {
            var e = assertThrows(XrtException.class, () -> xrt.open(1, LIMIT));
            assertEquals(Failure.NO_CARD, e.failure());
            assertTrue(e.getMessage().contains("no card answers (xrtDeviceOpen gave 0, errno 19:"
                    + " could not open device)"), e.getMessage());
        }
    }

    @Test
    void moreThanACardHasIsRefusedAndTheRestStillWorks() throws IOException {
        var environment = fake.environment("");
        Files.writeString(fake.root().resolve("bytes"), "1000");
        try (Xrt xrt = xrt(environment); Card card = xrt.open(0, LIMIT)) {
            CardBuffer half = card.allocate(600, 0);
            var e = assertThrows(XrtException.class, () -> card.allocate(600, 0));
            assertEquals(Failure.NO_MEMORY, e.failure());
            assertTrue(e.getMessage().contains("not that much room left"), e.getMessage());
            half.close();
            card.allocate(600, 0).write(0, new byte[600]);
            assertThrows(IllegalArgumentException.class, () -> card.allocate(0, 0));
        }
    }

    @Test
    void aKilledProcessIsReportedAndItsHandlesAreGone() throws IOException {
        try (Xrt xrt = xrt(fake.environment(""))) {
            Card card = xrt.open(0, LIMIT);
            CardBuffer buffer = card.allocate(100, 0);
            ProcessHandle process = ProcessHandle.of(card.pid()).orElseThrow();
            assertTrue(process.destroyForcibly());
            process.onExit().join();
            var e = assertThrows(XrtException.class, () -> buffer.write(0, new byte[10]));
            assertEquals(Failure.PROCESS_DIED, e.failure());
            assertTrue(e.getMessage().contains("signal 9") && e.getMessage().contains(
                    "died in WRITE"), e.getMessage());
            assertEquals(2, XrtLedger.liveCount());
            card.close();
            assertEquals(0, XrtLedger.liveCount());
            assertThrows(IllegalStateException.class, () -> card.allocate(1, 0));
            xrt.open(0, LIMIT).close();
        }
    }

    @Test
    void objectsOfAnotherCardAreRefused() throws IOException {
        try (Xrt xrt = xrt(fake.environment("")); Card a = xrt.open(0, LIMIT);
                Card b = xrt.open(0, LIMIT)) {
            a.load(xclbin);
            CardRun run = a.kernel("k", "k_1").run();
            CardBuffer buffer = b.allocate(10, 0);
            assertThrows(IllegalArgumentException.class, () -> run.set(0, buffer));
            assertThrows(XrtException.class, () -> a.kernel("nope", "nope_1"));
        }
    }

    @Test
    void noXrtIsAnAnswer() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        var missing = assertInstanceOf(Answer.Missing.class, Xrt.find(new XrtEnvironment(
                Map.of(XrtEnvironment.ROOT, empty.toString()))));
        assertTrue(missing.reason().contains("XILINX_XRT is " + empty) && missing.reason()
                .contains("setup.sh"), missing.reason());
    }

    @Test
    void aLibraryThatIsNoneIsASentence() throws IOException {
        Path root = folder.resolve("text");
        Files.createDirectories(root.resolve("lib"));
        Files.writeString(root.resolve("lib/libxrt_coreutil.so.2"), "no library");
        try (Xrt xrt = xrt(new XrtEnvironment(Map.of(XrtEnvironment.ROOT, root.toString())))) {
            var e = assertThrows(XrtException.class, () -> xrt.open(0, LIMIT));
            assertEquals(Failure.PROCESS_DIED, e.failure());
            assertTrue(e.getMessage().contains("not one that this system can load"),
                    e.getMessage());
        }
    }

    /** Against the real library, where it is installed: its no-op shim. */
    @Test
    void theNoOpShimOfXrtOpensAndAllocates() throws IOException {
        var environment = new XrtEnvironment(System.getenv())
                .with(XrtEnvironment.EMULATION, XrtEnvironment.NOOP);
        Answer<Xrt> found = Xrt.find(environment);
        assumeTrue(found instanceof Answer.Found<Xrt>,
                "XRT is not installed");
        byte[] data = new byte[3 << 20];
        new Random(2).nextBytes(data);
        try (Xrt xrt = found.orElseThrow(IllegalStateException::new);
                Card card = xrt.open(0, LIMIT)) {
            assertTrue(xrt.environment().noop());
            CardBuffer buffer = card.allocate(data.length, 0);
            buffer.write(0, data);
            assertArrayEquals(data, buffer.read(0, data.length));
            assertEquals(List.of(), card.errors());
        }
    }
}
