package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.skein.ffi.Answer;
import dev.skein.runtime.backend.gpu.DeviceSpeed;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenClDevicesTest {

    private static List<OpenClDevices.Entry> list(boolean measure) {
        return switch (OpenClDevices.list(measure)) {
            case Answer.Found<List<OpenClDevices.Entry>>(var entries) -> entries;
            case Answer.Missing<List<OpenClDevices.Entry>>(String reason) -> abort(reason);
        };
    }

    @Test
    void listingDoesNotMeasure() {
        for (OpenClDevices.Entry entry : list(false)) {
            assertTrue(entry.speed().isEmpty() && entry.problem().isEmpty(), entry.toString());
        }
    }

    /** Each measurement compares what its kernels computed with what they should. */
    @Test
    void measuresEveryDevice() {
        List<OpenClDevices.Entry> entries = list(true);
        for (int i = 0; i < entries.size(); i++) {
            OpenClDevices.Entry entry = entries.get(i);
            assertEquals(i, entry.index());
            assertTrue(entry.problem().isEmpty(), entry.toString());
            DeviceSpeed speed = entry.speed().orElseThrow();
            assertTrue(speed.readGBps() > 0 && speed.int8GMacPerSecond() > 0, speed.toString());
        }
    }
}
