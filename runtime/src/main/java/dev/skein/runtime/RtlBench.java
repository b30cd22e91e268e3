package dev.skein.runtime;

import dev.skein.compiler.artifact.Executable;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.MatrixEngine;
import dev.skein.hls.isa.Unit;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.sim.fpga.CoreCycles;
import dev.skein.sim.fpga.CycleMachine;
import dev.skein.sim.fpga.Values;
import dev.skein.sim.rtl.RtlMachine;
import dev.skein.sim.rtl.RtlMpe;
import java.io.IOException;
import java.util.Optional;

/**
 * The cycle simulator and the RTL of the MPE under Verilator on the same work: the matrix
 * instructions of decode steps from an empty context, on a board whose MPE has the RTL's size.
 * The simulator does all other units and memories as well in its time; the RTL's time has the
 * filling of its buffers in it, a word a cycle, which its cycles have not.
 *
 * @param weights format of the weights
 * @param steps decode steps
 * @param instructions matrix instructions of them
 * @param cycles of the MPE: the same number in both
 * @param rtlSeconds time of this machine in the RTL
 * @param simulatorSeconds in the cycle simulator, timing only, best of {@value #PASSES} passes
 */
public record RtlBench(String weights, int steps, long instructions, long cycles,
        double rtlSeconds, double simulatorSeconds) {
    private static final int PASSES = 10;

    /** Cycles of the MPE that the cycle simulator does in the time the RTL takes for one. */
    public double ratio() {
        return rtlSeconds / simulatorSeconds;
    }

    /**
     * Runs both.
     *
     * @throws IOException if the model cannot be read, or the RTL is not built
     * @throws IllegalStateException if the simulator charges another number of cycles
     */
    public static RtlBench run(String spec, Optional<String> weights, String target, int tokens)
            throws IOException {
        try (var mpe = new RtlMpe();
                Bench bench = Bench.open(spec, weights, withMpe(Bench.board(target), mpe.size()))) {
            Executable executable = bench.executable();
            int steps = Math.min(tokens, executable.maxContext());
            try (var device = SimAccelerator.on(executable, bench.board(), "RTL of the MPE",
                    (program, memory) -> {
                        var machine = new RtlMachine(program, memory, mpe);
                        return (position, count) -> {
                            machine.run(position, count);
                            return Optional.empty();
                        };
                    })) {
                Bench.decode(device, steps);
            }
            long best = Long.MAX_VALUE;
            for (int pass = 0; pass < PASSES; pass++) {
                long start = System.nanoTime();
                long cycles = simulate(executable, bench.board(), steps);
                best = Math.min(best, System.nanoTime() - start);
                if (cycles != mpe.cycles()) {
                    throw new IllegalStateException("the cycle simulator charges " + cycles
                            + " cycles of the MPE, the RTL took " + mpe.cycles());
                }
            }
            return new RtlBench(executable.weights(), steps, mpe.operations(), mpe.cycles(),
                    mpe.nanos() / 1e9, best / 1e9);
        }
    }

    private static long simulate(Executable executable, Board board, int steps) {
        long cycles = 0;
        for (int position = 0; position < steps; position++) {
            var program = executable.programs().of(position, 1).program();
            for (CoreCycles core : new CycleMachine(program, board, Values.NONE).run(position, 1)
                    .cores()) {
                cycles += core.unit(Unit.MPE).busy();
            }
        }
        return cycles;
    }

    private static Board withMpe(Board b, MatrixEngine mpe) {
        return new Board(b.name(), b.description(), b.clockMHz(), b.cores(), b.buffers(),
                b.control(), b.fetch(), mpe, b.sfu(), b.sys(), b.memories(), b.hbmChannels(),
                b.hbmSwitch(), b.mapping(), b.energy(), b.priceUSD(), b.fabric());
    }
}
