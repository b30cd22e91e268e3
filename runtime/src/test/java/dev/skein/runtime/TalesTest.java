package dev.skein.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.runtime.LoadOptions.DeviceKind;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The dense bundled model. */
class TalesTest extends TalesContract {

    TalesTest() throws IOException {
        super(BundledModel.TALES, "golden.json");
    }

    @Test
    void fourBitsCostLittle() throws IOException {
        double exact = exactPerplexity();
        double w4 = perplexity(DeviceKind.SIM, "w4");
        assertTrue(w4 < 1.05 * exact, "W4A8 " + w4 + ", binary64 " + exact);
        double w8 = perplexity(DeviceKind.SIM, "w8");
        assertTrue(w8 < 1.01 * exact, "W8A8 " + w8 + ", binary64 " + exact);
    }
}
