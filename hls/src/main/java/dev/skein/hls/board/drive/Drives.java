package dev.skein.hls.board.drive;

import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.DataFolder;
import dev.skein.hls.board.Keys;
import java.util.List;

/** Finds drive files: built-in ones by name, others by path. */
public final class Drives {
    private static final Keys.Kind KIND = new Keys.Kind("drive", Drives.class, "instcsd", "nand",
            List.of("flash"));
    private static final DataFolder FOLDER = new DataFolder(KIND);

    private Drives() {}

    /**
     * Loads a drive.
     *
     * @param nameOrPath a built-in name ({@link #names()}) or the path of a drive file
     * @throws BoardException if there is no such drive or the file breaks a rule
     */
    public static Drive load(String nameOrPath) {
        return DriveReader.read(FOLDER.keys(nameOrPath));
    }

    /**
     * The drive of a text.
     *
     * @param file what messages call it
     * @throws BoardException if the text breaks a rule
     */
    public static Drive parse(String file, String text) {
        return DriveReader.read(new Keys(KIND, file, text));
    }

    /** The text of a drive file. */
    public static String text(String nameOrPath) {
        return FOLDER.text(nameOrPath);
    }

    /** Names of the built-in drives, sorted. */
    public static List<String> names() {
        return FOLDER.names();
    }
}
