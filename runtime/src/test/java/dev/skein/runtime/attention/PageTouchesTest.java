package dev.skein.runtime.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.attention.HeadPlace;
import dev.skein.hls.board.drive.Drives;
import dev.skein.hls.number.Chosen;
import dev.skein.hls.number.KvPages;
import dev.skein.hls.number.Sparf;
import dev.skein.runtime.attention.PageTouches.Shares;
import dev.skein.sim.storage.Attention;
import dev.skein.sim.storage.Choice;
import dev.skein.sim.storage.KvLayout;
import dev.skein.sim.storage.KvTraffic;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageTouchesTest {
    private static final int DIM = 128;
    private static final int CONTEXT = 2048;
    private static final HeadPlace PLACE = new HeadPlace(0, 0, DIM, CONTEXT);

    private static Chosen chosen(int[] channels, int[] tokens) {
        return new Chosen(channels, tokens, new float[] {1});
    }

    /** The fact sheet's closed forms, and the simulator's. */
    @ParameterizedTest
    @CsvSource({"2, 0.763", "4, 0.854", "8, 0.979"})
    void uniformSelectionsAreThoseOfTheClosedForm(int entries, double published) {
        var sparf = new Sparf(16, 128, 1);
        var touches = new PageTouches(KvPages.of(4096, DIM, entries), sparf);
        Chosen any = chosen(IntStream.range(0, 16).toArray(),
                IntStream.range(CONTEXT - 128, CONTEXT).toArray());
        for (int i = 0; i < 2000; i++) {
            touches.attended(PLACE, CONTEXT, any);
        }
        Shares uniform = touches.uniform();
        assertEquals(published, uniform.ofDense(), 0.01 * published);
        var layout = new KvLayout(Drives.load("instcsd").flash().geometry(), DIM);
        assertEquals(KvTraffic.sparfOfDense(layout, new Attention.SparF(16, 128, 1, entries,
                Choice.uniform(1)), CONTEXT), uniform.ofDense(), 0.003);
        assertEquals(KvTraffic.touched(DIM, 16, entries), uniform.channelPages(), 0.01);
        // What was chosen lies together: 8 groups of 128, and as few pages of channels.
        assertEquals(8 / 128.0, touches.real().tokenPages());
        assertEquals(16.0 / DIM, touches.real().channelPages());
        assertEquals(8 / 128.0 + 16.0 / DIM / 2, touches.real().ofDense(), 1e-12);
    }

    /** 70 tokens: 4 full groups of 16, 2 spans of 32; 6 tokens are in the buffer. */
    @Test
    void openGroupsAreNoPagesAndTheTailIsRead() {
        var touches = new PageTouches(new KvPages(256, 8, 16, 4, 32), new Sparf(2, 4, 1));
        assertTrue(touches.isEmpty());
        touches.attended(PLACE, 3, chosen(new int[0], new int[] {0, 1, 2}));
        assertTrue(touches.isEmpty());
        touches.attended(PLACE, 70, chosen(new int[] {1, 5}, new int[] {3, 4, 40, 69}));
        assertEquals(new Shares(1, 0.5, (4 + 2 * 2) / 8.0, 3 / 2.0), touches.real());
        // 90 tokens: 5 groups, one of them behind the spans; channels of one page.
        touches.attended(PLACE, 90, chosen(new int[] {1, 3}, new int[] {79, 80, 88, 89}));
        assertEquals(new Shares(6 / 8.0, 3 / 9.0, (4 + 4 + 2 + 1 + 2) / 18.0, 6 / 4.0),
                touches.real());
    }
}
