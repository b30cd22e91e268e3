package dev.skein.hls.vitis;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.IsaHeader;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * What a bitstream says of itself in its section USER_METADATA, so that a host can tell whether a
 * program is for it.
 *
 * @param board it was built for
 * @param isa version of the instruction set: CRC32C of {@code isa.h}, which the kernels are
 *     compiled with, in 8 hexadecimal digits
 * @param clockHz the clock that was asked for
 */
public record DesignMark(String board, String isa, long clockHz) {
    /** Its name in a build folder. */
    public static final String FILE = "design.json";
    /** The key whose value is the version of this mark. */
    public static final String KEY = "skein";
    /** Version of this mark. */
    public static final int VERSION = 1;

    /** That of a board with the instruction set of this version of Skein. */
    public static DesignMark of(Board board) {
        var sum = new CRC32C();
        sum.update(IsaHeader.text().getBytes(StandardCharsets.UTF_8));
        return new DesignMark(board.name(), String.format("%08x", sum.getValue()),
                LinkConfig.clockHz(board));
    }

    /** As JSON; a board's name in a build has no character that JSON escapes. */
    public String json() {
        return "{\"" + KEY + "\": " + VERSION + ", \"board\": \"" + board + "\", \"isa\": \"" + isa
                + "\", \"clockHz\": " + clockHz + "}\n";
    }
}
