package dev.skein.hls.board.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.Resource;
import dev.skein.hls.board.Resources;

import org.junit.jupiter.api.Test;

class ResourceModelTest {
    private static final ResourceEstimate FLIGHTLLM =
            ResourceModel.estimate(Boards.load("u280-flightllm"));

    private static void near(double published, double estimated, double percent, String what) {
        assertTrue(Math.abs(estimated - published) <= published * percent / 100,
                what + ": estimated " + estimated + ", published " + published);
    }

    @Test
    void dspAndUramOfFlightLlmFollowFromStructure() {
        Resources total = FLIGHTLLM.total();
        assertEquals(6345, total.dsp());
        assertEquals(792, total.uram());
        assertEquals(6144, FLIGHTLLM.part("matrix engine").dsp());
        assertEquals(201, FLIGHTLLM.part("special function unit").dsp());
    }

    @Test
    void blockRamOfFlightLlmFollowsFromStructure() {
        assertEquals(408, FLIGHTLLM.part("controller").bram36());
        assertEquals(816, FLIGHTLLM.part("weight buffer").bram36()
                + FLIGHTLLM.part("sparse index buffer").bram36());
        near(1252, FLIGHTLLM.total().bram36(), 0.5, "BRAM36");
    }

    /** Calibrated, so this is no prediction: it holds the coefficients to what they state. */
    @Test
    void logicOfFlightLlmIsWhatItWasCalibratedOn() {
        near(574_000, FLIGHTLLM.total().lut(), 0.5, "LUT");
        near(943_000, FLIGHTLLM.total().ff(), 0.5, "FF");
        near(162_000, FLIGHTLLM.part("controller").lut(), 0.5, "LUT of the controller");
        near(150_000, FLIGHTLLM.part("interconnect").lut(), 0.5, "LUT of the interconnect");
    }

    @Test
    void partsAndSlrsHaveTheSameSum() {
        for (String name : Boards.names()) {
            ResourceEstimate e = ResourceModel.estimate(Boards.load(name));
            Resources parts = e.parts().stream().map(Part::use)
                    .reduce(Resources.NONE, Resources::plus);
            assertEquals(parts, e.total(), name);
        }
    }

    /** All by hand: 1024 x 2 products, 16 of binary16 lanes in 67 DSP, and so on. */
    @Test
    void oneCoreByHand() {
        Board board = Boards.load("u280-flightllm");
        SlrUse slr = FLIGHTLLM.slrs().get(1);
        assertEquals(128 / 2 * 2 * 16 + 16 * 4 + 3, slr.use().dsp());
        assertEquals(8 * 1024 / 32 + 256 / 32, slr.use().uram());
        assertEquals(1024 / 4 + 64 / 4 + 17 * 8 + 8, slr.use().bram36());
        long lut = 2048 * 32 + 1024 * 8 + 16 * 850 + 17 * 3176 + 10 * 5000;
        assertEquals(lut, slr.use().lut());
        assertEquals(320 * 90 / 100, slr.usable().uram());
        assertEquals(board.fabric().slrs().get(1), slr.capacity());
        assertEquals(264 / 288.0, slr.load(Resource.URAM), 1e-12);
    }
}
