package dev.skein.sim.fpga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Unit;
import dev.skein.sim.trace.ChannelSpan;
import dev.skein.sim.trace.InstructionSpan;
import dev.skein.sim.trace.StepObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** What an observer is told sums to the report, and nothing on a track overlaps. */
class ObserverTest {

    /** Keeps everything. */
    private static final class Log implements StepObserver {
        private final List<InstructionSpan> instructions = new ArrayList<>();
        private final List<ChannelSpan> channels = new ArrayList<>();
        private final Map<Integer, Long> sequencerEnd = new HashMap<>();
        private final Map<String, Long> sequencerWaits = new HashMap<>();

        @Override
        public void instruction(InstructionSpan span) {
            instructions.add(span);
        }

        @Override
        public void sequencer(int core, String waitsFor, long from, long to) {
            assertTrue(from < to && from >= sequencerEnd.getOrDefault(core, 0L));
            sequencerEnd.put(core, to);
            sequencerWaits.merge(waitsFor, to - from, Long::sum);
        }

        @Override
        public void channel(ChannelSpan span) {
            channels.add(span);
        }

        private long sum(int core, Unit unit, ToLongFunction<InstructionSpan.Charge> part) {
            return instructions.stream().filter(s -> s.core() == core && s.unit() == unit)
                    .mapToLong(s -> part.applyAsLong(s.cycles())).sum();
        }
    }

    @Test
    void spansSumToTheReport() {
        for (long seed = 0; seed < 60; seed++) {
            Program program = RandomStreams.of(seed);
            Board board = RandomBoards.of(seed);
            var machine = new CycleMachine(program, board, Values.NONE);
            var log = new Log();
            CycleReport report = machine.run(3, 2, log);
            assertEquals(machine.run(3, 2), report, "seed " + seed);
            for (int c = 0; c < report.cores().size(); c++) {
                for (UnitCycles unit : report.cores().get(c).units()) {
                    Unit u = Unit.values()[report.cores().get(c).units().indexOf(unit)];
                    unit(log, c, u, report.cores().get(c).unit(u), "seed " + seed + " " + u);
                }
            }
            channels(log, report, "seed " + seed);
            long fetch = report.cores().stream().mapToLong(c -> c.sequencer().waitFetch()).sum();
            assertEquals(fetch, log.sequencerWaits.getOrDefault("fetch", 0L), "seed " + seed);
        }
    }

    private static void unit(Log log, int core, Unit u, UnitCycles expected, String message) {
        assertEquals(expected.busy(), log.sum(core, u, InstructionSpan.Charge::busy), message);
        assertEquals(expected.waitMemory(), log.sum(core, u, InstructionSpan.Charge::memory),
                message);
        assertEquals(expected.waitPeer(), log.sum(core, u, InstructionSpan.Charge::peer), message);
        assertEquals(expected.waitToken(), log.sum(core, u, InstructionSpan.Charge::token),
                message);
        assertEquals(expected.waitDispatch(), log.sum(core, u, InstructionSpan.Charge::dispatch),
                message);
        assertEquals(expected.waitFetch(), log.sum(core, u, InstructionSpan.Charge::fetch),
                message);
        long end = 0;
        long slices = 0;
        for (InstructionSpan s : log.instructions) {
            if (s.core() == core && s.unit() == u) {
                assertTrue(s.own() >= end && s.own() >= s.start() && s.moved() >= s.own()
                        && s.end() >= s.moved(), message + " " + s);
                end = s.moved();
                slices += s.moved() - s.own();
            }
        }
        if (u == Unit.MPE || u == Unit.SFU) {
            assertEquals(expected.busy(), slices, message);
        }
    }

    private static void channels(Log log, CycleReport report, String message) {
        Map<String, Long> ends = new HashMap<>();
        Map<String, Long> ticks = new HashMap<>();
        Map<String, Long> bytes = new HashMap<>();
        for (ChannelSpan s : log.channels) {
            String track = s.kind() + s.channel();
            assertTrue(s.from() >= ends.getOrDefault(track, 0L) && s.to() > s.from(), message + s);
            assertTrue(s.dataTicks() <= s.to() - s.from(), message + s);
            ends.put(track, s.to());
            ticks.merge(s.kind(), s.dataTicks(), Long::sum);
            bytes.merge(s.kind(), s.bytes(), Long::sum);
        }
        long hbm = report.memories().get(Memory.HBM).counts().dataTicks()
                + report.memories().get(Memory.PARAM).counts().dataTicks()
                + report.fetch().counts().dataTicks();
        assertEquals(hbm, ticks.getOrDefault("HBM", 0L), message);
        assertEquals(report.memories().get(Memory.DDR).counts().dataTicks(),
                ticks.getOrDefault("DDR", 0L), message);
        assertEquals(report.hbmBytes(), bytes.getOrDefault("HBM", 0L), message);
    }
}
