package dev.skein.hls.board;

import java.util.List;

/** Finds board files: built-in ones by name, others by path. */
public final class Boards {
    private static final DataFolder FOLDER = new DataFolder(Keys.BOARD);

    private Boards() {}

    /**
     * Loads a board.
     *
     * @param nameOrPath a built-in name ({@link #names()}), or the path of a board file, which
     *     contains a separator or ends with {@code .properties}
     * @throws BoardException if there is no such board or the file breaks a rule
     */
    public static Board load(String nameOrPath) {
        return parse(FOLDER.file(nameOrPath), text(nameOrPath));
    }

    /**
     * The board of a text.
     *
     * @param file what messages call it
     * @throws BoardException if the text breaks a rule
     */
    public static Board parse(String file, String text) {
        return BoardReader.read(file, text);
    }

    /**
     * The text of a board file.
     *
     * @param nameOrPath as of {@link #load}
     * @throws BoardException if there is no such board
     */
    public static String text(String nameOrPath) {
        return FOLDER.text(CardSet.requireOne(nameOrPath));
    }

    /** Names of the built-in boards, sorted. */
    public static List<String> names() {
        return FOLDER.names();
    }
}
