package dev.skein.compiler.frontend;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors without values: every read fails with a sentence. */
record ShapeSource(String description, Map<String, TensorInfo> tensors) implements TensorSource {

    ShapeSource {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    @Override
    public boolean hasData() {
        return false;
    }

    @Override
    public void readFloats(String name, long elementOffset, float[] dst, int dstOffset, int count) {
        throw noValues(name);
    }

    @Override
    public void readBytes(String name, long byteOffset, byte[] dst, int dstOffset, int count) {
        throw noValues(name);
    }

    private FormatException noValues(String name) {
        tensor(name);
        return new FormatException(description, FormatException.NO_OFFSET, "tensor " + name,
                "a shape without values", "this step needs weights",
                "give a model file instead of a configuration or a catalogue name");
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
