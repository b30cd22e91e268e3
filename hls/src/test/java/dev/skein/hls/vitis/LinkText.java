package dev.skein.hls.vitis;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.Board;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A link configuration, read as v++ does: sections, and keys that may come again.
 *
 * @param values by {@code section.key}; the part before the first section has no name
 */
record LinkText(Map<String, List<String>> values) {

    static LinkText of(Board board) {
        return parse(LinkConfig.link(board, Connectivity.of(board)));
    }

    static LinkText parse(String text) {
        var values = new HashMap<String, List<String>>();
        String section = "";
        for (String line : text.lines().toList()) {
            if (line.startsWith("[")) {
                section = line.substring(1, line.indexOf(']')) + ".";
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                int equals = line.indexOf('=');
                assertTrue(equals > 0, line);
                values.computeIfAbsent(section + line.substring(0, equals),
                        k -> new ArrayList<>()).add(line.substring(equals + 1));
            }
        }
        return new LinkText(values);
    }

    /** All values of a key of the connectivity. */
    List<String> all(String key) {
        return values.getOrDefault("connectivity." + key, List.of());
    }

    /** Bank by port of a core. */
    Map<String, String> ports(int core) {
        String unit = "skein_core_" + (core + 1) + ".";
        var out = new HashMap<String, String>();
        for (String sp : all("sp")) {
            if (sp.startsWith(unit)) {
                String[] part = sp.substring(unit.length()).split(":", 2);
                assertNull(out.put(part[0], part[1]), sp);
            }
        }
        return out;
    }

    String bank(int core, String port) {
        return ports(core).get(port);
    }
}
