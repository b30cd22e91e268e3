package dev.skein.ffi.cuda;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a call of CUDA's driver costs through each binding and the facade. The driver is the
 * stand-in, whose own work, some 10 ns, is in each figure.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class CudaCallBenchmark {
    /** How calls reach it. */
    @Param({"FFM", "JCUDA"})
    public Binding binding;

    private Context context;
    private Stream stream;
    private Buffer buffer;
    private Kernel kernel;
    private Parameters parameters;

    /** A kernel without work. */
    @Setup
    public void open() throws Exception {
        CudaTest.build();
        context = Cuda.open(binding).orElseThrow(IllegalStateException::new).devices().getFirst()
                .createContext();
        stream = context.createStream();
        buffer = context.createBuffer(1);
        kernel = context.load(".version 8.0\n").kernel("scale");
        parameters = context.createParameters();
        parameters.set(0, buffer);
        parameters.set(1, 1f);
        parameters.set(2, 0);
    }

    /** Gives all back. */
    @TearDown
    public void close() {
        context.close();
    }

    /** {@code cuStreamSynchronize}, nothing to do. */
    @Benchmark
    public void finish() {
        stream.finish();
    }

    /** {@code cuMemsetD8Async} of a byte. */
    @Benchmark
    public void fill() {
        stream.fill(buffer, (byte) 1);
    }

    /** A launch of three arguments that have been set. */
    @Benchmark
    public void launch() {
        stream.launch(kernel, Grid.of(1, 1), parameters);
    }
}
