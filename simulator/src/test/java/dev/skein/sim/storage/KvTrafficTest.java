package dev.skein.sim.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.drive.Drives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes and pages: rows 1 to 6, 20, 21 of the fact sheet. */
class KvTrafficTest {
    private static final KvTraffic OPT_13B = new KvTraffic(40, 40, 128);
    private static final KvLayout LAYOUT = new KvLayout(
            Drives.load("instcsd").flash().geometry(), 128);

    @Test
    void opt13b() {
        assertEquals(819_200, OPT_13B.bytesPerToken());
        assertEquals(100L << 30, 32L * 4096 * OPT_13B.bytesPerToken());
        assertEquals(200L << 30, 128L * 2048 * OPT_13B.bytesPerToken());
        assertEquals(1_228_800, OPT_13B.flashBytesPerToken());
        assertEquals(1024, OPT_13B.linkReduction(2048, 1));
        assertEquals(1_342_177_280L, 64L * 1024 * OPT_13B.layerBytesPerToken());
        long sum = 0;
        for (int s = 1024; s < 2048; s++) {
            sum += 64L * s * OPT_13B.layerBytesPerToken();
        }
        assertEquals(sum, OPT_13B.denseReadBytesPerLayer(64, 1024, 1024));
        assertEquals(2060.9, sum / 1e9, 0.05);
    }

    @Test
    void sparq() {
        assertEquals((2048 * 16 + 2 * 128 * 128 + 4 * 128) / (2 * 2048 * 128.0 + 2 * 128),
                KvTraffic.sparqOfDense(2048, 128, 16, 128), 1e-15);
        assertEquals(0.1259, KvTraffic.sparqOfDense(2048, 128, 16, 128), 0.00005);
    }

    @Test
    void endurance() {
        double bytes = 4.0 * 2048 * (1L << 30);
        assertEquals(32_263_877, Math.round(
                KvTraffic.enduranceTokens(bytes, 3000, 0.78 * (1 << 20), 1) / 1e3));
        assertEquals(21_474_836, Math.floor(KvTraffic.enduranceTokens(bytes, 3000,
                OPT_13B.flashBytesPerToken(), 1) / 1e3));
    }

    @ParameterizedTest
    @CsvSource({"2, 0.763", "4, 0.854", "8, 0.979"})
    void uniformSelections(int entries, double published) {
        var sparf = new Attention.SparF(16, 128, 0, entries, Choice.uniform(5));
        double expected = KvTraffic.sparfOfDense(LAYOUT, sparf, 2048);
        assertEquals(published, expected, 0.01 * published);
        long touched = 0;
        int heads = 400;
        for (int h = 0; h < heads; h++) {
            touched += sparf.phases(LAYOUT, h, 2048, 1).stream().mapToInt(Phase::size).sum();
        }
        assertEquals(expected, touched / (256.0 * heads), 0.01 * expected, "drawn pages, seed 5");
    }

    /** All ways to choose r of a few entries, counted. */
    @Test
    void touchedIsTheHypergeometricChance() {
        int of = 12;
        int group = 3;
        for (int r = 0; r <= of; r++) {
            int hit = 0;
            int all = 0;
            for (int mask = 0; mask < 1 << of; mask++) {
                if (Integer.bitCount(mask) == r) {
                    all++;
                    hit += (mask & 7) != 0 ? 1 : 0;
                }
            }
            assertEquals((double) hit / all, KvTraffic.touched(of, r, group), 1e-12);
        }
    }

    @Test
    void pagesOfDenseAttentionFillChannelsAndPlanesEvenly() {
        int[] perPlace = new int[8 * 32];
        for (int h = 0; h < 16; h++) {
            for (Phase phase : new Attention.Dense().phases(LAYOUT, h, 2048 + 5, 1)) {
                assertEquals(128, phase.logit().size());
                assertEquals(6 * 256, phase.buffered().bytes(), "5 of the open group and one");
                for (int i = 0; i < 128; i++) {
                    perPlace[phase.logit().place(i)]++;
                    perPlace[phase.attend().place(i)]++;
                }
            }
        }
        for (int n : perPlace) {
            assertEquals(16, n);
        }
    }

    /** Whole pages are read, rows and columns are kept; the tail is scored from token pages. */
    @Test
    void sparfKeepsWhatItChose() {
        var sparf = new Attention.SparF(16, 128, 32, 4, new Choice(3, 4));
        int context = 1500;
        var phases = sparf.phases(LAYOUT, 9, context, 1);
        Phase score = phases.getFirst();
        int tail = context / 16 - 2 * 512 / 16;
        assertEquals(2 * 16 * 512 * 2 + tail * 16 * 16 * 2, score.logit().keptBytes());
        Phase attend = phases.getLast();
        assertEquals(attend.logit().size(), attend.attend().size());
        // 12 of the forced tokens are in the open group, which is not in flash.
        assertEquals((128 - 12) * 256, attend.logit().keptBytes());
        assertTrue(attend.logit().size() >= 2, "the forced ones lie in two full groups");
    }

    @Test
    void whatHasNoMeaningIsRefused() {
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> new Attention.SparF(16, 8, 9, 4, Choice.uniform(1))).getMessage()
                .contains("local is 0 to k"));
        assertThrows(IllegalArgumentException.class, () -> new Choice(1, 0.5));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new KvLayout(
                Drives.load("instcsd").flash().geometry(), 96)).getMessage()
                .startsWith("heads of 96 FP16 values do not fill pages of 4096 bytes"));
    }
}
