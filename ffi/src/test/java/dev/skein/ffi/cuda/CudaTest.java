package dev.skein.ffi.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.skein.ffi.Answer;
import dev.skein.ffi.NativeLibrary;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The facade, both bindings, against a stand-in for the driver, src/test/cpp/fake_cuda.cpp. */
@ParameterizedClass
@EnumSource(Binding.class)
class CudaTest {
    private static final String PTX = ".version 8.0\n";

    @Parameter
    private Binding binding;

    private static Path library;
    private static MethodHandle failing;
    private static MethodHandle live;
    private static MethodHandle graphs;

    @BeforeAll
    static void build() throws Exception {
        if (library == null) {
            compile();
        }
        System.setProperty(Driver.PROPERTY, library.toString());
    }

    private static void compile() throws Exception {
        Path source = Path.of("src/test/cpp/fake_cuda.cpp");
        Path built = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "cuda")
                .resolve("libfakecuda.so");
        Process gcc;
        try {
            gcc = new ProcessBuilder("g++", "-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror",
                    "-fPIC", "-shared", "-Wl,-soname,libcuda.so.1", "-o",
                    built.toString(), source.toString())
                    .redirectErrorStream(true).start();
        } catch (IOException e) {
            assertNotEquals("true", System.getenv("CI"), "CI needs g++: " + e.getMessage());
            abort("no g++ here: " + e.getMessage());
            return;
        }
        String said = new String(gcc.getInputStream().readAllBytes());
        assertEquals(0, gcc.waitFor(), said);
        library = built;
        NativeLibrary fake = NativeLibrary.open(library, Arena.global())
                .orElseThrow(IOException::new);
        failing = fake.function("fake_fail", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT)).orElseThrow(IOException::new);
        live = fake.function("fake_live", FunctionDescriptor.of(ValueLayout.JAVA_LONG))
                .orElseThrow(IOException::new);
        graphs = fake.function("fake_graphs", FunctionDescriptor.of(ValueLayout.JAVA_LONG))
                .orElseThrow(IOException::new);
    }

    @AfterAll
    static void forget() {
        System.clearProperty(Driver.PROPERTY);
    }

    private static void fail(String call, int code) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            failing.invokeExact(arena.allocateFrom(call), code);
        }
    }

    @BeforeEach
    void healthy() throws Throwable {
        fail("", 0);
    }

    @AfterEach
    void nothingLeaks() throws Throwable {
        assertEquals(0, (long) live.invokeExact());
        assertEquals(0, (long) graphs.invokeExact());
    }

    private Cuda open() {
        return Cuda.open(binding).orElseThrow(IllegalStateException::new);
    }

    private String reason() {
        return assertInstanceOf(Answer.Missing.class, Cuda.open(binding)).reason();
    }

    @Test
    void describesDevices() {
        Cuda cuda = open();
        assertEquals("12.4", cuda.version());
        assertEquals(new DeviceInfo("Fake GPU", 9, 0, 132, 1980, 1L << 30, 2619, 5120),
                cuda.devices().getFirst().info());
        assertEquals("sm_90", cuda.devices().getFirst().info().architecture());
    }

    @Test
    void runsAKernel() {
        Cuda cuda = open();
        try (Context context = cuda.devices().getFirst().createContext()) {
            Buffer x = context.createBuffer(5 * Float.BYTES);
            x.write(0, MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5}));
            Stream stream = context.createStream();
            Event from = context.createEvent();
            Event to = context.createEvent();
            Kernel scale = context.load(PTX).kernel("scale");
            stream.record(from);
            stream.launch(scale, Grid.of(5, 2), a -> a.buffer(x).number(3f).number(5));
            stream.record(to);
            stream.finish();
            to.waitFor();
            assertEquals(1.5f, to.millisSince(from));
            float[] out = new float[5];
            x.read(0, MemorySegment.ofArray(out));
            assertArrayEquals(new float[] {3, 6, 9, 12, 15}, out);
            assertEquals(Map.of(ObjectKind.CONTEXT, 1L, ObjectKind.BUFFER, 1L, ObjectKind.MODULE,
                    1L, ObjectKind.STREAM, 1L, ObjectKind.EVENT, 2L), cuda.ledger().live());
        }
        assertEquals(Map.of(), cuda.ledger().live());
    }

    /** The stand-in's tensor cores, which kernels are tested on, against a plain product. */
    @ParameterizedTest
    @ValueSource(ints = {16, 32})
    void aWarpMultipliesMatrices(int k) {
        long seed = 20261126;
        var random = new Random(seed);
        byte[] a = new byte[16 * k];
        byte[] b = new byte[8 * k];
        random.nextBytes(a);
        random.nextBytes(b);
        Arrays.fill(a, 0, k, Byte.MIN_VALUE);
        int[] c = random.ints(16 * 8).toArray();
        int[] expected = c.clone();
        for (int i = 0; i < 16 * 8 * k; i++) {
            int row = i / (8 * k);
            int column = i / k % 8;
            expected[row * 8 + column] += a[row * k + i % k] * b[column * k + i % k];
        }
        try (Context context = open().devices().getFirst().createContext()) {
            Buffer left = context.createBuffer(a.length);
            Buffer right = context.createBuffer(b.length);
            Buffer sums = context.createBuffer((long) Integer.BYTES * c.length);
            left.write(0, MemorySegment.ofArray(a));
            right.write(0, MemorySegment.ofArray(b));
            sums.write(0, MemorySegment.ofArray(c));
            Stream stream = context.createStream();
            stream.launch(context.load(PTX).kernel("multiply_s8"), Grid.of(1, 32),
                    p -> p.buffer(left).buffer(right).buffer(sums).number(k));
            stream.finish();
            sums.read(0, MemorySegment.ofArray(c));
        }
        assertArrayEquals(expected, c, "seed " + seed);
    }

    @Test
    void aGraphKeepsLaunchesAndTheirArguments() {
        Cuda cuda = open();
        try (Context context = cuda.devices().getFirst().createContext()) {
            Buffer x = context.createBuffer(2 * Float.BYTES);
            x.write(0, MemorySegment.ofArray(new float[] {1, 2}));
            Stream stream = context.createStream();
            Kernel scale = context.load(PTX).kernel("scale");
            Parameters parameters = context.createParameters();
            parameters.set(0, x);
            parameters.set(1, 3f);
            parameters.set(2, 2);
            Graph graph = stream.capture(() -> {
                stream.launch(scale, Grid.of(2, 1), parameters);
                stream.launch(scale, Grid.of(2, 1), a -> a.buffer(x).number(2f).number(1));
            });
            float[] out = new float[2];
            stream.read(x, 0, MemorySegment.ofArray(out));
            assertArrayEquals(new float[] {1, 2}, out);
            parameters.set(1, 100f);
            stream.launch(graph);
            stream.launch(graph);
            stream.read(x, 0, MemorySegment.ofArray(out));
            assertArrayEquals(new float[] {36, 18}, out);
            assertEquals(1L, cuda.ledger().live().get(ObjectKind.GRAPH));
            graph.close();
            assertEquals("graph is closed", assertThrows(IllegalStateException.class,
                    () -> stream.launch(graph)).getMessage());
        }
        assertEquals(Map.of(), cuda.ledger().live());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuStreamBeginCapture_v2", "cuStreamEndCapture",
        "cuGraphInstantiateWithFlags", "cuLaunchKernelEx"})
    void aCaptureThatFailsLeavesAStreamThatWorks(String call) throws Throwable {
        Cuda cuda = open();
        try (Context context = cuda.devices().getFirst().createContext()) {
            Buffer x = context.createBuffer(Float.BYTES);
            x.write(0, MemorySegment.ofArray(new float[] {1}));
            Stream stream = context.createStream();
            Kernel scale = context.load(PTX).kernel("scale");
            Runnable launch = () -> stream.launch(scale, Grid.of(1, 1),
                    a -> a.buffer(x).number(3f).number(1));
            fail(call, 999);
            String said = assertThrows(CudaException.class, () -> stream.capture(launch))
                    .getMessage();
            assertTrue(said.contains("CUDA_ERROR_UNKNOWN")
                    && said.startsWith(call.replaceAll("_v2|WithFlags|Ex$", "")), said);
            launch.run();
            stream.launch(stream.capture(launch));
            float[] out = new float[1];
            stream.read(x, 0, MemorySegment.ofArray(out));
            assertEquals(9, out[0]);
        }
        assertEquals(Map.of(), cuda.ledger().live());
    }

    @Test
    void whatWaitsBreaksACapture() {
        Cuda cuda = open();
        try (Context context = cuda.devices().getFirst().createContext()) {
            Stream stream = context.createStream();
            String said = assertThrows(CudaException.class, () -> stream.capture(stream::finish))
                    .getMessage();
            assertTrue(said.contains("CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"), said);
            stream.finish();
        }
    }

    @Test
    void copiesParts() {
        try (Context context = open().devices().getFirst().createContext();
                Arena arena = Arena.ofConfined()) {
            Buffer a = context.createBuffer(16);
            Buffer b = context.createBuffer(16);
            a.fill((byte) 0);
            a.write(4, arena.allocateFrom(JAVA_FLOAT, 2.5f));
            a.copyTo(4, b, 8, 4);
            MemorySegment out = arena.allocate(JAVA_FLOAT);
            b.read(8, out);
            assertEquals(2.5f, out.get(JAVA_FLOAT, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> b.read(13, out));
            assertThrows(IndexOutOfBoundsException.class, () -> b.write(-1, out));
            assertThrows(IndexOutOfBoundsException.class, () -> a.copyTo(0, b, 12, 8));
            assertThrows(IllegalArgumentException.class, () -> b.read(0, out.asReadOnly()));
        }
    }

    @Test
    void refusesWhatIsClosedOfOtherThreadsAndOfOtherContexts() throws InterruptedException {
        Device device = open().devices().getFirst();
        try (Context one = device.createContext(); Context other = device.createContext()) {
            Buffer x = one.createBuffer(4);
            Kernel scale = one.load(PTX).kernel("scale");
            Stream stream = other.createStream();
            assertThrows(IllegalArgumentException.class,
                    () -> stream.launch(scale, Grid.of(1, 1), a -> a.number(1)));
            assertThrows(IllegalArgumentException.class,
                    () -> stream.launch(scale, Grid.of(1, 1), a -> a.buffer(x)));
            var thrown = new Exception[1];
            var thread = new Thread(() -> thrown[0] = assertThrows(WrongThreadException.class,
                    () -> x.fill((byte) 1)));
            thread.start();
            thread.join();
            assertTrue(thrown[0].getMessage().contains("belongs to thread"));
            x.close();
            x.close();
            assertTrue(x.isClosed());
            assertEquals("buffer of 4 bytes is closed", assertThrows(IllegalStateException.class,
                    () -> x.fill((byte) 1)).getMessage());
        }
        Context gone = device.createContext();
        gone.close();
        assertThrows(IllegalStateException.class, () -> gone.createBuffer(4));
    }

    @Test
    void gridsAndSizesAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> new Grid(0, 1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Grid(1, 1, 1025, 0));
        assertThrows(IllegalArgumentException.class, () -> new Grid(1, 65536, 1, 0));
        try (Context context = open().devices().getFirst().createContext()) {
            assertThrows(IllegalArgumentException.class, () -> context.createBuffer(0));
        }
    }

    @Test
    void errorsCarryCallNameAndArguments() {
        Cuda cuda = open();
        try (Context context = cuda.devices().getFirst().createContext()) {
            CudaException e = assertThrows(CudaException.class,
                    () -> context.createBuffer(1L << 40));
            assertEquals("cuMemAlloc(bytes=1099511627776): CUDA_ERROR_OUT_OF_MEMORY (2)",
                    e.getMessage());
            assertTrue(e.isOutOfMemory());
            assertEquals(List.of("cuMemAlloc", "CUDA_ERROR_OUT_OF_MEMORY", "bytes=1099511627776"),
                    List.of(e.call(), e.codeName(), e.arguments()));
            assertEquals("cuModuleGetFunction(name=none): CUDA_ERROR_NOT_FOUND (500)",
                    assertThrows(CudaException.class, () -> context.load(PTX).kernel("none"))
                            .getMessage());
            assertEquals(218, assertThrows(CudaException.class, () -> context.load("text"))
                    .code());
        }
        assertEquals(Map.of(), cuda.ledger().live());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuMemAlloc_v2", "cuModuleLoadData", "cuStreamCreate", "cuEventCreate",
        "cuMemsetD8_v2", "cuLaunchKernelEx", "cuStreamSynchronize", "cuCtxSetCurrent"})
    void afterAFailureNothingIsLeft(String call) throws Throwable {
        Cuda cuda = open();
        try (Context context = cuda.devices().getFirst().createContext()) {
            context.createBuffer(8);
            fail(call, 999);
            CudaException e = assertThrows(CudaException.class, () -> work(context));
            assertEquals("CUDA_ERROR_UNKNOWN", e.codeName());
        }
        assertEquals(Map.of(), cuda.ledger().live());
    }

    private static void work(Context context) {
        Buffer x = context.createBuffer(4);
        x.fill((byte) 0);
        Stream stream = context.createStream();
        context.createEvent();
        stream.launch(context.load(PTX).kernel("scale"), Grid.of(1, 1),
                a -> a.buffer(x).number(1f).number(1));
        stream.finish();
    }

    @Test
    void whatAKernelDoesWrongShowsLaterAndFromThenOn() throws Throwable {
        Context context = open().devices().getFirst().createContext();
        Buffer x = context.createBuffer(4);
        Stream stream = context.createStream();
        stream.launch(context.load(PTX).kernel("scale"), Grid.of(1, 1),
                a -> a.buffer(x).number(1f).number(9));
        assertEquals(700, assertThrows(CudaException.class, stream::finish).code());
        // a device in this state refuses all, but every object is given back to it
        CudaException e = assertThrows(CudaException.class, context::close);
        assertEquals("CUDA_ERROR_ILLEGAL_ADDRESS", e.codeName());
        assertTrue(e.getSuppressed().length > 0 && x.isClosed() && stream.isClosed());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cuInit | 100 | CUDA's driver finds no device; check that it is plugged in and that \
            this user may open it
            cuInit | 999 | CUDA's driver does not start: cuInit(): CUDA_ERROR_UNKNOWN (999)
            cuInit | 803 | CUDA's driver does not start: cuInit(): a code without a name (803)
            version | 11080 | CUDA's driver is of version 11.8; install one for CUDA 12 or newer
            none | 1 | CUDA's driver finds no device; check that it is plugged in and that this \
            user may open it
            cuDeviceGetName | 999 | CUDA's driver does not tell its devices: \
            cuDeviceGetName(device=7): CUDA_ERROR_UNKNOWN (999)
            """)
    void whatIsNotThereIsAnAnswer(String call, int code, String line) throws Throwable {
        fail(call, code);
        assertEquals(line, reason());
    }

    /** Without its jars, in a JVM of its own. */
    @Test
    void jcudaThatIsNotThereIsAnAnswer() throws IOException, InterruptedException {
        List<String> all = List.of(System.getProperty("java.class.path")
                .split(File.pathSeparator));
        List<String> without = all.stream().filter(entry -> !entry.contains("jcuda")).toList();
        assertTrue(without.size() < all.size(), all.toString());
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "--enable-native-access=ALL-UNNAMED", "-cp",
                String.join(File.pathSeparator, without), "-Dskein.cuda=" + binding,
                "-D" + Driver.PROPERTY + "=" + library, Child.class.getName())
                .redirectErrorStream(true).start();
        String said = new String(child.getInputStream().readAllBytes());
        assertEquals(0, child.waitFor(), said);
        assertTrue(switch (binding) {
            case FFM -> said.equals("found 12.4\n");
            case JCUDA -> said.startsWith("JCuda cannot be used (") && said.endsWith("put"
                    + " org.jcuda:jcuda and jcuda-natives on the class path, or choose"
                    + " skein.cuda=ffm\n");
        }, said);
    }

    /** Says what is there. */
    static final class Child {
        private Child() {
        }

        public static void main(String[] args) {
            System.out.println(switch (Cuda.open()) {
                case Answer.Found<Cuda>(Cuda cuda) -> "found " + cuda.version();
                case Answer.Missing<Cuda>(String reason) -> reason;
            });
        }
    }

    @Test
    void thePropertySelectsTheBinding() {
        assertEquals(Binding.FFM, Binding.selected());
        System.setProperty(Binding.PROPERTY, "JCuda");
        try {
            assertEquals(Binding.JCUDA, Binding.selected());
            System.setProperty(Binding.PROPERTY, "jocl");
            assertEquals("system property skein.cuda is 'jocl'; allowed are ffm and jcuda",
                    assertThrows(IllegalArgumentException.class, Binding::selected).getMessage());
        } finally {
            System.clearProperty(Binding.PROPERTY);
        }
    }

    @Test
    void aMissingOrForeignLibraryIsAnAnswer() throws IOException {
        String fake = System.getProperty(Driver.PROPERTY);
        Path text = Files.writeString(library.resolveSibling("libtext.so"), "text");
        try {
            System.setProperty(Driver.PROPERTY, "/none/libcuda.so.1");
            assertEquals("no CUDA here: library /none/libcuda.so.1: no such file; install NVIDIA's"
                    + " driver for CUDA 12 or newer", reason());
            System.setProperty(Driver.PROPERTY, text.toString());
            assertEquals("no CUDA here: library " + text + ": not one that this system can load;"
                    + " install NVIDIA's driver for CUDA 12 or newer", reason());
        } finally {
            System.setProperty(Driver.PROPERTY, fake);
        }
    }

    @Test
    void aMissingCompilerIsAnAnswer() {
        System.setProperty(Nvrtc.PROPERTY, "/none/libnvrtc.so.13");
        try {
            assertEquals("no compiler of CUDA C here: library /none/libnvrtc.so.13: no such file;"
                    + " install NVRTC of CUDA 12 or 13",
                    assertInstanceOf(Answer.Missing.class, Nvrtc.open()).reason());
        } finally {
            System.clearProperty(Nvrtc.PROPERTY);
        }
    }
}
