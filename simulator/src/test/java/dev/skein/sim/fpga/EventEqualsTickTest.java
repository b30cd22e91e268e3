package dev.skein.sim.fpga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The two machines agree in every counter, on random programs and random boards. */
class EventEqualsTickTest {

    /** Rows decided by data, to see that both machines ask in the same way. */
    private static Values scattered() {
        return new Values() {
            @Override
            public void execute(int core, dev.skein.hls.isa.Instruction i,
                    dev.skein.hls.isa.Registers r, long[] bases) {
                // no values
            }

            @Override
            public int rowNumber(int core, long address, int r) {
                return (int) (address * 7 + core) % 31;
            }
        };
    }

    @Test
    void onRandomProgramsAndBoards() {
        for (long seed = 0; seed < 300; seed++) {
            Program program = RandomStreams.of(seed);
            Board board = RandomBoards.of(seed);
            var random = new SplittableRandom(seed + 1);
            int tokens = 1 + random.nextInt(5);
            int position = random.nextInt(RandomStreams.MAX_CONTEXT - tokens + 1);
            Values values = random.nextBoolean() ? Values.NONE : scattered();
            CycleReport event = new CycleMachine(program, board, values).run(position, tokens);
            CycleReport tick = new TickMachine(program, board, values).run(position, tokens);
            assertEquals(tick, event, "seed " + seed);
            sumsAreExact(event, "seed " + seed);
        }
    }

    static void sumsAreExact(CycleReport report, String message) {
        for (CoreCycles core : report.cores()) {
            assertEquals(report.cycles(), core.sequencer().total(), message);
            for (UnitCycles unit : core.units()) {
                assertEquals(report.cycles(), unit.total(), message + unit);
                assertTrue(unit.busy() >= 0 && unit.waitMemory() >= 0 && unit.waitPeer() >= 0
                        && unit.waitDispatch() >= 0 && unit.idle() >= 0, message + unit);
            }
        }
    }

    @Test
    void theRandomProgramsReachEveryAccount() {
        long[] sums = new long[9];
        var opcodes = new java.util.TreeSet<String>();
        for (long seed = 0; seed < 100; seed++) {
            CycleReport r = new CycleMachine(RandomStreams.of(seed), RandomBoards.of(seed),
                    Values.NONE).run(3, 2);
            r.opcodes().keySet().forEach(o -> opcodes.add(o.name()));
            for (CoreCycles core : r.cores()) {
                sums[0] += core.sequencer().waitQueue();
                sums[1] += core.sequencer().waitDrain();
                for (UnitCycles u : core.units()) {
                    sums[2] += u.waitMemory();
                    sums[3] += u.waitPeer();
                    sums[4] += u.waitToken();
                    sums[5] += u.waitDispatch();
                    sums[6] += u.idle();
                }
                sums[7] += core.unit(Unit.MPE).waitToken(Unit.LD);
                sums[8] += core.unit(Unit.LD).waitToken(Unit.MPE);
            }
        }
        for (int i = 0; i < sums.length; i++) {
            assertTrue(sums[i] > 0, "account " + i);
        }
        assertEquals(14, opcodes.size(), opcodes.toString());
    }

    @Test
    void aRunIsRepeatable() {
        List<String> reports = new ArrayList<>();
        var machine = new CycleMachine(RandomStreams.of(7), RandomBoards.of(7), Values.NONE);
        for (int i = 0; i < 3; i++) {
            reports.add(machine.run(5, 1).toString());
            machine.run(0, 3);
        }
        assertEquals(reports.get(0), reports.get(1));
        assertEquals(reports.get(0), reports.get(2));
    }
}
