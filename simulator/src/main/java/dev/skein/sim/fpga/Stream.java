package dev.skein.sim.fpga;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Registers;

import java.util.ArrayDeque;
import java.util.List;

/** The instructions of one core in the order of execution: loops followed, registers kept. */
final class Stream {
    private record Frame(int body, int trips, int outerIteration) {}

    private final List<Instruction> code;
    private final ArrayDeque<Frame> loops = new ArrayDeque<>();
    private int pc;
    private Registers registers;
    private long[] bases;

    Stream(Program program, int core, Registers registers) {
        this.code = program.streams().get(core);
        this.registers = registers;
        this.bases = program.baseRegisters(core);
    }

    /** The next instruction; {@link #registers()} and {@link #bases()} are those it sees. */
    Instruction next() {
        Instruction instruction = code.get(pc++);
        switch (instruction) {
            case Instruction.Loop loop -> {
                int trips = loop.count().trips(registers);
                loops.push(new Frame(pc, trips, registers.iteration()));
                registers = registers.at(0);
            }
            case Instruction.EndLoop _ -> endLoop();
            case Instruction.SetBase set -> {
                bases = bases.clone();
                bases[set.base()] = set.add() ? bases[set.base()] + set.value() : set.value();
            }
            case Instruction _ -> { }
        }
        return instruction;
    }

    private void endLoop() {
        Frame frame = loops.element();
        int iteration = registers.iteration() + 1;
        if (iteration < frame.trips()) {
            registers = registers.at(iteration);
            pc = frame.body();
        } else {
            loops.pop();
            registers = registers.at(frame.outerIteration());
        }
    }

    Registers registers() {
        return registers;
    }

    /** Never changed in place. */
    long[] bases() {
        return bases;
    }
}
