package dev.skein.runtime.backend.cuda;

import dev.skein.compiler.gpu.KernelSources;
import dev.skein.ffi.cuda.Cuda;
import dev.skein.ffi.opencl.NdRange;
import dev.skein.runtime.backend.gpu.GpuBuffer;
import dev.skein.runtime.backend.gpu.GpuDevice;
import dev.skein.runtime.backend.gpu.GpuKernel;
import dev.skein.runtime.backend.gpu.GroupSizes;
import dev.skein.runtime.backend.gpu.Rig;
import dev.skein.runtime.backend.gpu.WorkRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Kernels on the stand-in for CUDA: each run with buffers of its own, whose ends are checked. */
public final class CudaRig implements Rig {
    private final Cuda cuda = Cuda.open().orElseThrow(IllegalStateException::new);

    private CudaRig() {
    }

    /** A rig; the test is skipped where the stand-in cannot be built. */
    public static CudaRig open() {
        try {
            StandIn.use();
            return new CudaRig();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A device with all kernels. */
    public GpuDevice device() {
        return new CudaDevice(cuda.devices().getFirst().createContext(), "cuda",
                KernelSources.all());
    }

    /** What has not been closed, by kind. */
    public Map<?, ?> live() {
        return cuda.ledger().live();
    }

    @Override
    public List<GroupSizes> sizes() {
        GroupSizes cuda = GroupSizes.CUDA;
        return List.of(cuda, new GroupSizes(64, 64, 32, 1, cuda.rows(), cuda.strips(),
                new GroupSizes.Token(32, 1, 32)));
    }

    @Override
    public void run(String name, NdRange range, Object... arguments) {
        try (var device = device()) {
            GpuKernel kernel = device.kernel(name);
            List<GpuBuffer> buffers = new ArrayList<>();
            List<MemorySegment> arrays = new ArrayList<>();
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case Integer value -> kernel.setInt(i, value);
                    case Long value -> kernel.setLong(i, value);
                    case Float value -> kernel.setFloat(i, value);
                    case Local local -> kernel.setLocal(i, local.bytes());
                    default -> {
                        MemorySegment array = Rig.array(arguments[i]);
                        GpuBuffer buffer = device.createBuffer(array.byteSize());
                        buffer.write(0, array);
                        kernel.set(i, buffer);
                        buffers.add(buffer);
                        arrays.add(array);
                    }
                }
            }
            kernel.launch(new WorkRange(range.globalX(), Math.toIntExact(range.localX()),
                    Math.toIntExact(range.globalY())));
            for (int i = 0; i < buffers.size(); i++) {
                buffers.get(i).read(0, arrays.get(i));
            }
        }
    }

    @Override
    public void close() {
        // each run closes what it opened
    }
}
