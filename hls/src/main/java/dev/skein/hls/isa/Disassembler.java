package dev.skein.hls.isa;

import java.util.List;
import java.util.Locale;

/**
 * Prints instructions, one a line, as {@link Assembler} reads them:
 *
 * <pre>{@code
 * loop count=tile(512)
 *   ld dstSpace=wgt dst=0x100 memory=hbm base=1 offset=0x0 ... count=tile(512) release=MPE
 * endloop
 * }</pre>
 *
 * Addresses are hexadecimal; lengths that depend on the registers read {@code tokens*4},
 * {@code ctx*1} or {@code tile(512)}; a float that has no decimal notation is {@code bits(0x...)}.
 */
public final class Disassembler {
    private Disassembler() {}

    /** One instruction, without a line end. */
    public static String disassemble(Instruction instruction) {
        var line = new StringBuilder(instruction.opcode().mnemonic());
        for (Component c : Layout.of(instruction.opcode()).components()) {
            if (c.kind() != Component.Kind.TOKENS) {
                line.append(' ').append(c.name()).append('=').append(value(c, instruction));
            }
        }
        units(line, " wait=", instruction.tokens().waits());
        units(line, " release=", instruction.tokens().releases());
        return line.toString();
    }

    /** A stream, a line each, indented by loops and repetitions. */
    public static String disassemble(List<Instruction> stream) {
        var text = new StringBuilder();
        int depth = 0;
        for (Instruction i : stream) {
            if (i instanceof Instruction.EndLoop || i instanceof Instruction.EndRepeat) {
                depth = Math.max(0, depth - 1);
            }
            text.repeat("  ", depth).append(disassemble(i)).append('\n');
            if (i instanceof Instruction.Loop || i instanceof Instruction.Repeat) {
                depth++;
            }
        }
        return text.toString();
    }

    /** All streams, each under a comment that names the core. */
    public static String disassemble(Program program) {
        var text = new StringBuilder();
        for (int core = 0; core < program.cores(); core++) {
            List<Instruction> stream = program.streams().get(core);
            text.append("; program ").append(program.name()).append(", core ").append(core)
                    .append(", ").append(stream.size()).append(" instructions, ")
                    .append((long) stream.size() * Opcode.WORD_BYTES).append(" bytes\n")
                    .append(disassemble(stream));
        }
        return text.toString();
    }

    private static String value(Component c, Instruction i) {
        return switch (c.kind()) {
            case INT, LONG -> c.isAddress() ? "0x" + Long.toHexString(c.get(i))
                    : Long.toString(c.get(i));
            case BOOLEAN, EXTENT -> c.read(i).toString();
            case ENUM -> c.read(i).toString().toLowerCase(Locale.ROOT);
            case FLOAT -> {
                float f = (float) c.read(i);
                yield Float.isFinite(f) ? Float.toString(f)
                        : "bits(0x" + Long.toHexString(c.get(i)) + ")";
            }
            case TOKENS -> throw new IllegalStateException("tokens are printed last");
        };
    }

    private static void units(StringBuilder line, String name, int set) {
        String before = name;
        for (Unit u : Unit.values()) {
            if ((set & u.bit()) != 0) {
                line.append(before).append(u);
                before = ",";
            }
        }
    }
}
