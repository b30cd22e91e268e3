package dev.skein.sim.functional;

import static org.junit.jupiter.api.Assertions.assertNull;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import java.util.List;
import java.util.SplittableRandom;

/** One core on which single instructions are compared with {@link InstructionOracle}. */
final class Rig {
    static final BufferSizes SIZES = new BufferSizes(1 << 18, 1 << 18, 1 << 16);

    /** All ways to compute; the vector modes only differ where the host has the vectors. */
    static final List<ExecutionMode> MODES = List.of(ExecutionMode.SCALAR,
            new ExecutionMode(true, 1), new ExecutionMode(true, 2));

    final Execution execution;
    final SplittableRandom random;
    private final String name;

    Rig(ExecutionMode mode, long seed) {
        var end = List.<Instruction>of(new Instruction.End(Tokens.NONE));
        var program = new Program("rig", 16, 4096, SIZES, List.of(), List.of(end));
        execution = new Execution(ProgramVerifier.verify(program),
                DeviceMemory.of(List.of(program), _ -> null), mode);
        random = new SplittableRandom(seed);
        name = mode + ", seed " + seed;
    }

    CoreState core() {
        return execution.core(0);
    }

    /** Fills all buffers with binary32 in (-range, range). */
    void fillFloats(float range) {
        for (Space space : Space.values()) {
            for (int at = 0; at < SIZES.bytes(space); at += 4) {
                LittleEndian.putFloat32(core().bytes(space), at,
                        (float) random.nextDouble(-range, range));
            }
        }
    }

    /** Fills a part of a buffer with bytes from {@code low} to 127. */
    void fillBytes(Space space, int from, int n, int low) {
        for (int at = from; at < from + n; at++) {
            core().bytes(space)[at] = (byte) random.nextInt(low, 128);
        }
    }

    /** One of the values. */
    int pick(int... values) {
        return values[random.nextInt(values.length)];
    }

    /** Executes and compares all buffers, the slack behind them included. */
    void check(Instruction instruction, Registers r) {
        check(new InstructionOracle(core()), instruction, r);
    }

    /** The same with an oracle that has seen earlier instructions. */
    void check(InstructionOracle oracle, Instruction instruction, Registers r) {
        oracle.execute(instruction, r);
        execution.execute(0, instruction, r, new long[Registers.BASES]);
        for (Space space : Space.values()) {
            assertNull(InstructionOracle.difference(oracle.bytes(space), core().bytes(space)),
                    () -> space + " after " + instruction + ", " + r + ", " + name);
        }
    }
}
