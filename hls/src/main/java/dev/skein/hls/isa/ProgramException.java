package dev.skein.hls.isa;

/**
 * A program, a stream or its text breaks a rule. The message is one line: where, which field, what
 * was found, what is allowed and what to do.
 */
public final class ProgramException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int core;
    private final int index;

    /** With a one-line message. */
    public ProgramException(String message) {
        this(message, -1, -1);
    }

    private ProgramException(String message, int core, int index) {
        super(message);
        this.core = core;
        this.index = index;
    }

    /**
     * A broken rule of one instruction.
     *
     * @param program name of the program
     * @param core which stream
     * @param index position in the stream
     * @param instruction the instruction
     * @param field the field or operand
     * @param problem found, allowed and what to do
     */
    static ProgramException at(String program, int core, int index, Instruction instruction,
            String field, String problem) {
        return new ProgramException("program " + program + ", core " + core + ", instruction "
                + index + " (" + instruction.opcode().mnemonic() + "), field " + field + ": "
                + problem, core, index);
    }

    /** The core whose stream breaks a rule, or -1. */
    int core() {
        return core;
    }

    /** The instruction that breaks it, or -1. */
    int index() {
        return index;
    }
}
