package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.NormKind;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.RopeStyle;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.Execution;
import dev.skein.sim.functional.ExecutionMode;
import dev.skein.sim.functional.Sequencer;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Runs programs as the functional machine does, and notes what they executed. */
final class Coverage {
    private final Set<Opcode> opcodes = EnumSet.noneOf(Opcode.class);
    private final Set<EwiseFunction> functions = EnumSet.noneOf(EwiseFunction.class);
    private final Set<WeightBits> widths = EnumSet.noneOf(WeightBits.class);
    private final Set<NormKind> norms = EnumSet.noneOf(NormKind.class);
    private final Set<RopeStyle> styles = EnumSet.noneOf(RopeStyle.class);
    private final Set<BlockClass> classes = new HashSet<>();
    private final Set<String> matrices = new HashSet<>();

    /** The buffers after a step of a program. */
    Execution run(VerifiedProgram program, DeviceMemory memory, int position, int tokens) {
        var execution = new Execution(program, memory, ExecutionMode.SCALAR);
        Sequencer[] cores = new Sequencer[program.program().cores()];
        for (int c = 0; c < cores.length; c++) {
            cores[c] = new Sequencer(program.program(), c);
            cores[c].start(position, tokens);
        }
        while (!cores[0].atEnd()) {
            for (int c = 0; c < cores.length; c++) {
                toBarrier(execution, cores[c], c);
            }
        }
        return execution;
    }

    private void toBarrier(Execution execution, Sequencer s, int core) {
        while (!s.atEnd()) {
            Instruction i = s.instruction();
            seen(i, execution, core);
            execution.execute(core, i, s.registers(), s.bases());
            s.advance();
            if (i instanceof Instruction.Barrier) {
                return;
            }
        }
        opcodes.add(Opcode.END);
    }

    private void seen(Instruction instruction, Execution execution, int core) {
        opcodes.add(instruction.opcode());
        switch (instruction) {
            case Instruction.Ewise i -> functions.add(i.fn());
            case Instruction.Norm i -> norms.add(i.kind());
            case Instruction.Rope i -> styles.add(i.style());
            case Instruction.Matrix i -> {
                widths.add(i.bits());
                matrices.add(instruction.opcode() + (i.transposed() ? " transposed" : "")
                        + " " + i.k().mode());
            }
            case Instruction.SparseMatrix i -> {
                for (int strip = 0; strip < StripRows.strips(i.n()); strip++) {
                    classes.addAll(List.of(StripRows.classes(
                            execution.core(core).buffer(Space.WGT),
                            i.weight() + (long) strip * i.stripBytes(), i.k())));
                }
            }
            case Instruction.Load _, Instruction.LoadGather _, Instruction.Store _,
                    Instruction.Quantise _, Instruction.Softmax _, Instruction.Broadcast _,
                    Instruction.Barrier _, Instruction.Loop _, Instruction.EndLoop _,
                    Instruction.SetBase _, Instruction.End _, Instruction.SetSpan _,
                    Instruction.Repeat _, Instruction.EndRepeat _ -> { }
        }
    }

    /** Asserts that everything the table of instructions offers was executed. */
    void assertWhole() {
        assertEquals(EnumSet.allOf(Opcode.class), opcodes, "instructions");
        assertEquals(EnumSet.allOf(EwiseFunction.class), functions, "functions of EWISE");
        assertEquals(EnumSet.allOf(NormKind.class), norms, "kinds of NORM");
        assertEquals(EnumSet.allOf(RopeStyle.class), styles, "styles of ROPE");
        assertEquals(EnumSet.allOf(WeightBits.class), widths, "widths of MM and MV");
        assertEquals(Set.of("MM FIXED", "MM CONTEXT", "MM TILE", "MV FIXED", "MV CONTEXT",
                "MV TILE", "MM transposed FIXED", "MM transposed CONTEXT", "MM transposed TILE",
                "MV transposed FIXED", "MV transposed CONTEXT", "MV transposed TILE"), matrices,
                "forms of MM and MV, by the mode of k");
        Set<BlockClass> all = new HashSet<>();
        for (SparsePattern pattern : SparsePattern.values()) {
            for (WeightBits bits : WeightBits.values()) {
                all.add(new BlockClass(pattern, bits));
            }
        }
        assertEquals(all, classes, "patterns and widths of strips");
    }
}
