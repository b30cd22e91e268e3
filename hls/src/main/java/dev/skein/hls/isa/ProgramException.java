package dev.skein.hls.isa;

/**
 * A program, a stream or its text breaks a rule. The message is one line: where, which field, what
 * was found, what is allowed and what to do.
 */
public final class ProgramException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a one-line message. */
    public ProgramException(String message) {
        super(message);
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
                + problem);
    }
}
