package dev.skein.runtime.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.skein.compiler.compress.Compressor;
import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.gpu.KernelSources;
import dev.skein.ffi.cuda.Cuda;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.Sfu;
import dev.skein.runtime.backend.gpu.GpuBuffer;
import dev.skein.runtime.backend.gpu.GpuDevice;
import dev.skein.runtime.backend.gpu.GpuKernel;
import dev.skein.runtime.backend.gpu.WorkRange;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Matrices with one token as CUDA has them, on the stand-in: rows that begin anywhere. */
class CudaGemvTest {
    private static final long SEED = 20261126;
    private static final int[] SIZES = {1, 17, 172, 4097};

    @BeforeAll
    static void standIn() throws Exception {
        StandIn.use();
    }

    @ParameterizedTest
    @ValueSource(strings = {"w2", "w3g0", "w4g0", "w4g16", "w4g32", "w5", "w8g0", "w8g16", "w8"})
    void oddSizes(String format) {
        var random = new Random(SEED);
        for (int k : SIZES) {
            for (int n : new int[] {1, 17}) {
                float[] values = new float[n * k];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                QuantisedMatrix w = Compressor.compress(values, n, k, WeightFormat.parse(format));
                byte[] x = new byte[PackedRows.align16(k)];
                for (int i = 0; i < k; i++) {
                    x[i] = (byte) (random.nextInt(255) - 127);
                }
                float scale = random.nextFloat();
                for (int items : new int[] {32, 128}) {
                    assertArrayEquals(expected(w, x, scale), found(w, x, scale, items),
                            "seed " + SEED + ", " + w.format() + " [" + n + ", " + k + "], "
                                    + items + " items");
                }
            }
        }
    }

    /** The product with one token by the scalar reference. */
    static float[] expected(QuantisedMatrix w, byte[] x, float scale) {
        int k = w.cols();
        float[] out = new float[w.rows()];
        for (int row = 0; row < out.length; row++) {
            int[] groups = new int[Math.max(1, w.format().groups(k))];
            for (int g = 0; g < groups.length; g++) {
                groups[g] = w.groupScale(row, g);
            }
            long sum = Sfu.dot(Arrays.copyOf(x, k),
                    Arrays.copyOfRange(w.values(), row * k, (row + 1) * k), groups,
                    w.format().groupSize());
            out[row] = Sfu.output(sum, w.channelScales()[row], scale);
        }
        return out;
    }

    private static float[] found(QuantisedMatrix w, byte[] x, float scale, int items) {
        Cuda cuda = Cuda.open().orElseThrow(IllegalStateException::new);
        try (GpuDevice device = new CudaDevice(cuda.devices().getFirst().createContext(), "cuda",
                KernelSources.all())) {
            var layout = new PackedMatrix(w.format(), w.rows(), w.cols());
            GpuBuffer weights = holding(device, MemorySegment.ofArray(layout.pack(w)));
            GpuBuffer scales = holding(device, MemorySegment.ofArray(new float[] {scale}));
            GpuBuffer y = device.createBuffer((long) Float.BYTES * w.rows());
            GpuKernel kernel = device.kernel("dense_w" + w.format().bits().bits() + "_token");
            kernel.set(0, weights);
            kernel.setLong(1, layout.scaleOffset());
            kernel.set(2, weights);
            kernel.setInt(3, 0);
            kernel.setInt(4, w.format().groupCode());
            kernel.set(5, holding(device, MemorySegment.ofArray(x)));
            kernel.set(6, scales);
            kernel.setInt(7, 0);
            kernel.setInt(8, 0);
            kernel.set(9, scales);
            kernel.set(10, y);
            kernel.setInt(11, w.rows());
            kernel.setInt(12, w.cols());
            kernel.setInt(13, 1);
            kernel.setLocal(14, (long) Long.BYTES * items);
            kernel.launch(new WorkRange((long) items * Math.ceilDiv(w.rows(), items / 32), items,
                    1));
            float[] out = new float[w.rows()];
            y.read(0, MemorySegment.ofArray(out));
            return out;
        }
    }

    static GpuBuffer holding(GpuDevice device, MemorySegment values) {
        GpuBuffer buffer = device.createBuffer(values.byteSize());
        buffer.write(0, values);
        return buffer;
    }
}
