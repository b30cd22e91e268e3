package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Space;

/** Whether a board can run a program. */
final class Fit {
    private Fit() {}

    static void check(Program program, Board board) {
        if (program.cores() > board.cores()) {
            throw refuse(program, board, "cores", program.cores(), board.cores());
        }
        for (Space space : Space.values()) {
            if (program.buffers().bytes(space) > board.buffers().bytes(space)) {
                throw refuse(program, board, space + " buffer bytes",
                        program.buffers().bytes(space), board.buffers().bytes(space));
            }
        }
        for (Region r : program.regions()) {
            long capacity = board.memory(r.memory(), Math.max(0, r.core())).capacityBytes();
            if (r.offset() + r.bytes() > capacity) {
                throw refuse(program, board, r.memory() + " bytes (region " + r.name() + ")",
                        r.offset() + r.bytes(), capacity);
            }
        }
    }

    private static SimulationException refuse(Program program, Board board, String what, long needs,
            long has) {
        return new SimulationException("program " + program.name() + " needs " + needs + " " + what
                + ", board " + board.name() + " has " + has + "; compile it for this board");
    }

    static void check(Program program, int position, int tokens) {
        if (tokens < 1 || tokens > program.maxTokens() || position < 0
                || position > program.maxContext() - tokens) {
            throw new SimulationException("program " + program.name() + ": POS " + position
                    + ", CNT " + tokens + "; allowed: CNT from 1 to " + program.maxTokens()
                    + ", POS + CNT up to " + program.maxContext());
        }
    }
}
