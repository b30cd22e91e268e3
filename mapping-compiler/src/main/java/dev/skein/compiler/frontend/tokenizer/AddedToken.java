package dev.skein.compiler.frontend.tokenizer;

/**
 * A token that is found in the text as a whole, before anything else is done to it.
 *
 * @param id its id
 * @param content its text, not empty
 * @param control whether it steers the model rather than standing for text
 * @param stripLeft whether it swallows white space before it
 * @param stripRight whether it swallows white space after it
 * @param wholeWord whether it counts only where no letter or digit adjoins
 */
public record AddedToken(int id, String content, boolean control, boolean stripLeft,
                         boolean stripRight, boolean wholeWord) {

    static final int MAX_LENGTH = 1024;

    public AddedToken {
        if (content.isEmpty() || content.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("an added token of " + content.length()
                    + " characters, allowed are 1 to " + MAX_LENGTH);
        }
    }

    /** A token without conditions about what stands beside it. */
    public static AddedToken plain(int id, String content, boolean control) {
        return new AddedToken(id, content, control, false, false, false);
    }
}
