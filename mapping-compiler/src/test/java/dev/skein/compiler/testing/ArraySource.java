package dev.skein.compiler.testing;

import dev.skein.compiler.frontend.TensorInfo;
import dev.skein.compiler.frontend.TensorSource;
import dev.skein.hls.number.BlockFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors in memory under a file's names. */
public final class ArraySource implements TensorSource {
    private final Map<String, TensorInfo> infos = new LinkedHashMap<>();
    private final Map<String, float[]> arrays = new HashMap<>();

    /** Adds a tensor; its elements may be changed later. */
    public void add(String name, float[] values, long... shape) {
        infos.put(name, TensorInfo.ofShape(name, BlockFormat.F32, shape));
        arrays.put(name, values);
    }

    @Override
    public String description() {
        return "memory";
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return infos;
    }

    @Override
    public boolean hasData() {
        return true;
    }

    @Override
    public void readFloats(String name, long elementOffset, float[] dst, int dstOffset,
            int count) {
        System.arraycopy(arrays.get(name), Math.toIntExact(elementOffset), dst, dstOffset, count);
    }

    @Override
    public void readBytes(String name, long byteOffset, byte[] dst, int dstOffset, int count) {
        byte[] all = new byte[Math.toIntExact(infos.get(name).bytes())];
        ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(arrays.get(name));
        System.arraycopy(all, Math.toIntExact(byteOffset), dst, dstOffset, count);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
