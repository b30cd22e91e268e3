package dev.skein.compiler.fpga;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelCatalogue;
import dev.skein.compiler.ir.Graph;
import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.BufferSizes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ranges are halved until a place for the keys of a head is a small part of the buffer. */
class ContextRangesTest {
    private static final FpgaTarget U280 = FpgaTarget.of(Boards.load("u280"));
    /** Heads of 128 bytes. */
    private static final Graph GRAPH = GraphBuilder.build(ModelCatalogue.config("llama2-7b"));

    private static List<Integer> decode(int wgtBytes, int maxContext) {
        BufferSizes b = U280.buffers();
        return ContextRanges.of(Phase.DECODE, GRAPH,
                U280.with(new BufferSizes(b.actBytes(), wgtBytes, b.parBytes())), maxContext);
    }

    @Test
    void aPlaceIsASixteenthAtMost() {
        assertEquals(List.of(512), decode(16 * 512 * 128, 512));
        assertEquals(List.of(257, 513), decode(16 * 512 * 128, 513));
        assertEquals(List.of(512, 1024, 2048, 4096), decode(16 * 512 * 128, 4096));
    }

    @Test
    void noRangeIsShorterThanItsSmallest() {
        assertEquals(List.of(128, 256), decode(1 << 12, 256));
        assertEquals(List.of(255), decode(1 << 12, 255));
        assertEquals(List.of(1), decode(1 << 12, 1));
    }

    @Test
    void prefillHasOneRange() {
        assertEquals(List.of(4096), ContextRanges.of(Phase.PREFILL, GRAPH, U280, 4096));
    }
}
