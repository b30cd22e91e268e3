package dev.skein.compiler.frontend.tokenizer;

/** What an entry of a vocabulary is for. */
public enum TokenKind {
    /** Text, reached by merging. */
    NORMAL,
    /** A single byte, {@code <0x0A>}, for characters that the vocabulary lacks. */
    BYTE,
    /** Stands for what cannot be encoded. */
    UNKNOWN,
    /** Steers the model; has a name and no text. */
    CONTROL,
    /** Text that is found as a whole before merging. */
    ADDED,
    /** An id without a text, such as padding of the vocabulary. */
    UNUSED
}
