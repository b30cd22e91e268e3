package dev.skein.sim.fpga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.Fetch;
import dev.skein.hls.board.VectorKind;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.WeightBits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures derived from the counters. */
class CycleReportTest {
    private static final Board U280 = onChipStreams(Boards.load("u280-flightllm"));

    private static Board onChipStreams(Board b) {
        return new Board(b.name(), b.description(), b.clockMHz(), b.cores(), b.buffers(),
                b.control(), new Fetch(Fetch.Source.CHIP, 32, 64, 0), b.mpe(), b.sfu(), b.sys(),
                b.memories(), b.hbmChannels(), b.hbmSwitch(), b.mapping(), b.energy(),
                b.priceUSD(), b.fabric());
    }

    private static CycleReport run(Instruction instruction) {
        return new CycleMachine(RandomStreams.program(
                List.of(List.of(instruction, new Instruction.End(Tokens.NONE)))), U280,
                Values.NONE).run(9, 1);
    }

    private static Instruction load(Memory memory, int base, int bytes) {
        return new Instruction.Load(Tokens.NONE, Space.WGT, 0, memory, base, 0, 0, bytes,
                Extent.fixed(1));
    }

    private static Instruction mv(int n, int k) {
        return new Instruction.MatVec(Tokens.NONE, 0, 64, WeightBits.W4, 0, true, false, false, 0,
                4, 0, 0, 0, 64, Extent.fixed(1), Extent.fixed(n), Extent.fixed(k));
    }

    @Test
    void theBusiestResourceIsTheBound() {
        assertEquals(Bound.HBM, run(load(Memory.HBM, 1, 60_000)).boundBy());
        assertEquals(Bound.HBM, run(load(Memory.PARAM, 2, 60_000)).boundBy());
        assertEquals(Bound.DDR, run(load(Memory.DDR, 3, 60_000)).boundBy());
        assertEquals(Bound.MPE, run(mv(4096, 4096)).boundBy());
        assertEquals(Bound.SFU, run(new Instruction.Ewise(Tokens.NONE, EwiseFunction.SILU, 0, 64,
                Space.ACT, 0, 64, 0, 64, Extent.fixed(8), 1000, false)).boundBy());
        assertEquals(Bound.SYS, run(new Instruction.Broadcast(Tokens.NONE, 0, 64, 0, 64,
                Extent.fixed(8), 1000)).boundBy());
        assertEquals(Bound.LATENCY, run(load(Memory.HBM, 1, 64)).boundBy());
    }

    @Test
    void energyFollowsTheBoardsCoefficients() {
        CycleReport r = run(mv(64, 32));
        // 2 cycles, fill 64, start at 3, seen by END 2 later
        assertEquals(3 + 66 + 2, r.cycles());
        assertEquals(64 * 32, r.activity().macs());
        assertEquals(32 + 64 * 32 / 2 + 4 * 64, r.activity().onChipBytes());
        double seconds = 71 / 225e6;
        assertEquals(2, r.activity().instructions());
        assertEquals(30 * seconds + 3e-12 * 2048 + 5e-12 * 1312 + 2 * 300e-12, r.joules(), 1e-18);
        CycleReport s = run(new Instruction.Ewise(Tokens.NONE, EwiseFunction.SILU, 0, 64,
                Space.ACT, 0, 64, 0, 64, Extent.fixed(8), 1000, false));
        int passes = U280.sfu().costs().get(VectorKind.ACTIVATION).passes();
        assertEquals(12e-12 * 8000 * passes, s.joulesByComponent().get(EnergyComponent.SFU), 1e-20);
        CycleReport l = run(load(Memory.HBM, 1, 100));
        assertEquals(56e-12 * 128, l.joulesByComponent().get(EnergyComponent.HBM), 1e-20);
        CycleReport d = run(load(Memory.DDR, 3, 100));
        assertEquals(224e-12 * 128, d.joulesByComponent().get(EnergyComponent.DDR), 1e-20);
        assertEquals(128, d.bytesMoved());
        assertEquals(0, d.hbmBytes());
    }

    @Test
    void ratesAreOnTheBoardsClock() {
        CycleReport r = run(mv(64, 32));
        assertEquals(71 / 225e6, r.seconds(), 1e-18);
        assertEquals(225e6 / 71, r.tokensPerSecond(), 1e-6);
    }

    @Test
    void theTextStatesUnitsAndDefinitions() {
        CycleReport r = run(load(Memory.HBM, 1, 60_000));
        String text = r.toString();
        for (String part : List.of("random at POS 9, CNT 1 on u280-flightllm (simulated, 225 MHz",
                "tok/s, bound by HBM bandwidth", "(physical bytes / peak of all 32 channels)",
                "HBM   read 60,000 B, written 0 B, physical 60,032 B", "core 0 LD",
                "estimate from the board's coefficients", "LD                1 instructions")) {
            assertTrue(text.contains(part), part + " in\n" + text);
        }
        assertEquals(String.format(java.util.Locale.ROOT,
                "%,d cycles in 1.0 ms of wall time: %.1f M cycles/s", r.cycles(),
                r.cycles() / 1e3), ReportText.speed(r, 1_000_000));
    }
}
