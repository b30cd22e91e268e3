package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.hls.number.BlockFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TensorSourceTest {

    @Test
    void shapesWithoutValuesSayHowToGetValues() {
        TensorInfo info = TensorInfo.ofShape("w", BlockFormat.Q4_0, 3, 64);
        try (TensorSource source = TensorSource.shapesOnly("llama2-7b", Map.of("w", info))) {
            assertFalse(source.hasData());
            assertEquals(3 * 64 / 32 * 18, source.tensor("w").bytes());
            FormatException e = assertThrows(FormatException.class, () -> source.readAll("w"));
            assertEquals("llama2-7b: tensor w: found a shape without values, but this step needs"
                    + " weights; give a model file instead of a configuration or a catalogue name",
                    e.getMessage());
        }
    }

    @Test
    void missingTensorIsNamed() {
        try (TensorSource source = TensorSource.shapesOnly("m", Map.of())) {
            FormatException e = assertThrows(FormatException.class, () -> source.tensor("out"));
            assertEquals("no \"out\" among 0 tensors", e.found());
        }
    }

    @Test
    void tensorInfoIsImmutableAndChecked() {
        long[] shape = {2, 3};
        TensorInfo info = new TensorInfo("w", BlockFormat.F16, shape, 32, 12);
        shape[0] = 7;
        info.shape()[1] = 7;
        assertArrayEquals(new long[] {2, 3}, info.shape());
        assertEquals(6, info.elements());
        assertEquals(info, new TensorInfo("w", BlockFormat.F16, new long[] {2, 3}, 32, 12));
        assertThrows(IllegalArgumentException.class,
                () -> new TensorInfo("w", BlockFormat.F16, info.shape(), 32, 13));
        assertThrows(IllegalArgumentException.class,
                () -> new TensorInfo("w", BlockFormat.F16, new long[] {-2, -3}, 32, 12));
        assertThrows(ArithmeticException.class,
                () -> TensorInfo.ofShape("w", BlockFormat.F16, 1L << 40, 1L << 40));
    }

    @Test
    void messagesStayOnOnePrintableLine() {
        FormatException e = new FormatException("a\nb.gguf", 24, "key\u001b[31m",
                "x\u202e".repeat(500), "y", "z");
        assertFalse(e.getMessage().chars().anyMatch(Character::isISOControl), e.getMessage());
        assertEquals(-1, e.getMessage().indexOf('\u202e'));
        assertEquals(24, e.offset());
        assertEquals(true, e.getMessage().length() < 500, e.getMessage());
    }
}
