package dev.skein.compiler.frontend.tokenizer;

import java.util.OptionalInt;
import java.util.Set;

/**
 * Text to token ids and back. Immutable and safe for use by several threads; only a
 * {@link Decoder} has state.
 */
public interface Tokenizer {

    /**
     * Encodes text without a beginning-of-text id. Control tokens spelled out in the text
     * ({@code <|im_end|>}) are ordinary characters here, so that text of unknown origin cannot
     * inject them.
     */
    default int[] encode(String text) {
        return encode(text, false);
    }

    /**
     * Encodes text without adding a beginning-of-text id.
     *
     * @param parseControl whether control tokens spelled out in the text become their ids, as a
     *     chat template needs; added tokens that are not control tokens always do
     */
    int[] encode(String text, boolean parseControl);

    /**
     * Encodes a prompt: the beginning-of-text id first where the model was trained with one.
     * Empty text gives that id alone, also for a model that merely has one; nothing at all where
     * there is none.
     */
    default int[] encodeWithBos(String text) {
        int[] ids = encode(text);
        if (bos().isEmpty() || !(addsBos() || ids.length == 0)) {
            return ids;
        }
        int[] all = new int[Math.addExact(ids.length, 1)];
        all[0] = bos().getAsInt();
        System.arraycopy(ids, 0, all, 1, ids.length);
        return all;
    }

    /**
     * The text of the ids. Bytes that are not UTF-8 become U+FFFD; the space that SentencePiece
     * puts before a text is dropped when the first id (after the beginning-of-text id) carries it.
     * Control tokens have no text.
     *
     * @throws IllegalArgumentException if an id is outside {@code [0, vocabSize)}
     */
    default String decode(int[] ids) {
        Decoder decoder = streaming();
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.next(id));
        }
        return text.append(decoder.finish()).toString();
    }

    /**
     * The bytes that one id stands for within a text, a leading space included; for a control
     * token the bytes of its name. A new array each time.
     *
     * @throws IllegalArgumentException if the id is outside {@code [0, vocabSize)}
     */
    byte[] tokenBytes(int id);

    /** Whether the id is a control token, which has a name but no text. */
    boolean isControl(int id);

    /** Number of ids; every id is below it. A model's embedding may have more rows (padding). */
    int vocabSize();

    /** The beginning-of-text id, if the model has one. */
    OptionalInt bos();

    /** Whether {@link #encodeWithBos} puts {@link #bos} before every text. */
    boolean addsBos();

    /** Ids that end a generated text; possibly empty. */
    Set<Integer> endOfText();

    /** A new incremental decoder, for printing while generating. */
    Decoder streaming();

    /** Turns ids into text one at a time and holds back bytes that are not yet a character. */
    interface Decoder {

        /**
         * The text that became complete with this id, possibly empty.
         *
         * @throws IllegalArgumentException if the id is outside {@code [0, vocabSize)}
         */
        String next(int id);

        /** What was held back, as U+FFFD where it is no character; the decoder starts afresh. */
        String finish();
    }
}
