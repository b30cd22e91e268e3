package dev.skein.hls.isa;

import java.util.List;

/**
 * Verifies a program by comparing it with a verified one that does the same at more lengths. It may
 * differ in its limits, which are not larger, and in extents that follow the context there and are
 * fixed here, at values that the extent can have there.
 *
 * <p>Why that suffices: every access then lies inside the access that the other program makes under
 * all its lengths, so it stays in its buffer or region, conflicts with no more accesses of other
 * units and cores than those that are proved to be ordered, and the streams have the same tokens,
 * loops and barriers. Rules that an instruction breaks by itself are checked for those that differ.
 */
final class Narrowed {
    private final Program wide;
    private final Program narrow;
    private final OperandRules operands;
    private int core;
    private int index;

    private Narrowed(Program wide, Program narrow, Limits limits) {
        this.wide = wide;
        this.narrow = narrow;
        this.operands = new OperandRules(limits, this::fault);
    }

    /**
     * Checks.
     *
     * @throws ProgramException with one line, for the first difference that is not allowed
     */
    static void check(Program wide, Program narrow, Limits limits) {
        if (!narrow.regions().equals(wide.regions()) || !narrow.buffers().equals(wide.buffers())
                || narrow.cores() != wide.cores() || limits.maxContext() > wide.maxContext()
                || limits.maxTokens() > wide.maxTokens()) {
            throw new ProgramException("program " + narrow.name() + ": " + narrow.cores()
                    + " streams for contexts up to " + limits.maxContext() + " and "
                    + limits.maxTokens() + " tokens; the verified program has " + wide.cores()
                    + " for " + wide.maxContext() + " and " + wide.maxTokens() + ": no larger"
                    + " limits, the same regions and buffers");
        }
        new Narrowed(wide, narrow, limits).streams();
    }

    private void streams() {
        for (core = 0; core < wide.cores(); core++) {
            List<Instruction> from = wide.streams().get(core);
            List<Instruction> to = narrow.streams().get(core);
            if (from.size() != to.size()) {
                throw new ProgramException("program " + narrow.name() + ", core " + core + ": "
                        + to.size() + " instructions; the verified program has " + from.size());
            }
            for (index = 0; index < from.size(); index++) {
                if (from.get(index) != to.get(index)) {
                    instruction(from.get(index), to.get(index));
                }
            }
        }
    }

    private void instruction(Instruction from, Instruction to) {
        if (from.opcode() != to.opcode()) {
            throw fault("code", "stands where the verified program has "
                    + from.opcode().mnemonic());
        }
        for (Component c : Layout.of(to.opcode()).components()) {
            Object a = c.read(from);
            Object b = c.read(to);
            if (!a.equals(b) && !(to instanceof Instruction.OnUnit && a instanceof Extent e
                    && b instanceof Extent f && fixes(e, f))) {
                throw fault(c.name(), b + " where the verified program has " + a
                        + "; an extent over the context may be fixed, at a length it can have");
            }
        }
        Component wrong = InstructionCodec.misfit(to);
        if (wrong != null) {
            throw fault(wrong.name(), wrong.get(to) + "; " + wrong.allowed());
        }
        operands.check(to);
    }

    private boolean fixes(Extent context, Extent fixed) {
        return context.mode() == Extent.Mode.CONTEXT && fixed.mode() == Extent.Mode.FIXED
                && fixed.imm() >= context.imm()
                && fixed.imm() <= (long) context.imm() * wide.maxContext();
    }

    private ProgramException fault(String field, String problem) {
        return ProgramException.at(narrow.name(), core, index, narrow.streams().get(core)
                .get(index), field, problem);
    }
}
