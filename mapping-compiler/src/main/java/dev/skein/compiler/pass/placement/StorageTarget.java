package dev.skein.compiler.pass.placement;

import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.drive.Drive;
import dev.skein.hls.board.drive.Drives;
import dev.skein.hls.board.host.Host;
import dev.skein.hls.board.host.Hosts;
import java.util.ArrayList;
import java.util.List;

/**
 * A GPU with equal drives beside it.
 *
 * @param host GPU, host memory, links
 * @param drive each of the drives
 * @param drives how many
 */
public record StorageTarget(Host host, Drive drive, int drives) {
    private static final int MAX_DRIVES = 1024;
    private static final char DRIVES_FOLLOW = '+';
    private static final String FORM = "HOST+DRIVE or HOST+DRIVE*N, such as a6000+instcsd*2";

    /** Whether a target has drives; a board or a GPU alone has none. */
    public static boolean hasDrives(String target) {
        return target.indexOf(DRIVES_FOLLOW) >= 0;
    }

    /**
     * Reads targets: {@code a6000+instcsd*2}; several with commas, where a number alone is another
     * count of the same drives: {@code a6000+instcsd*1,2,4}.
     *
     * @throws BoardException if one is malformed, or a host or drive of that name is not there
     */
    public static List<StorageTarget> parse(String text) {
        var out = new ArrayList<StorageTarget>();
        for (String part : text.split(",", -1)) {
            if (!out.isEmpty() && part.matches("\\d+")) {
                StorageTarget last = out.getLast();
                out.add(new StorageTarget(last.host, last.drive, count(text, part)));
            } else {
                out.add(one(text, part));
            }
        }
        return out;
    }

    private static StorageTarget one(String text, String part) {
        String[] sides = part.split("\\+", -1);
        if (sides.length != 2 || sides[0].isEmpty()) {
            throw bad(text, "'" + part + "' is no host and its drives");
        }
        int star = sides[1].lastIndexOf('*');
        String name = star < 0 ? sides[1] : sides[1].substring(0, star);
        if (name.isEmpty()) {
            throw bad(text, "'" + part + "' names no drive");
        }
        int count = star < 0 ? 1 : count(text, sides[1].substring(star + 1));
        return new StorageTarget(Hosts.load(sides[0]), Drives.load(name), count);
    }

    private static int count(String text, String digits) {
        int count = digits.matches("\\d{1,6}") ? Integer.parseInt(digits) : 0;
        if (count < 1 || count > MAX_DRIVES) {
            throw bad(text, "'" + digits + "' drives, allowed: 1 to " + MAX_DRIVES);
        }
        return count;
    }

    private static BoardException bad(String text, String what) {
        return new BoardException("target '" + text + "': " + what + "; form: " + FORM);
    }

    /** As {@link #parse} reads it, if host and drive are built in. */
    @Override
    public String toString() {
        return host.name() + DRIVES_FOLLOW + drive.name() + "*" + drives;
    }
}
