package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.sim.csd.Append;
import dev.skein.sim.csd.CsdDrive;
import dev.skein.sim.csd.TaskShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsdCommandTest {
    private static final short ONE = 0x3c00;

    @TempDir
    private Path folder;

    @Test
    void aDriveIsMadeShownAndChecked() throws IOException {
        Path path = folder.resolve("drive");
        Cli made = Cli.run("csd", "format", path, "--blocks-per-plane", 4, "--json");
        assertEquals(0, made.exitCode(), made.err());
        assertEquals(8L * 32 * 4 * 512 * 4096, made.json().get("capacityBytes").asLong());
        fill(path);

        JsonNode shown = Cli.run("csd", "inspect", path, "--json").json();
        assertEquals("instcsd", shown.get("drive").asText());
        assertEquals(2, shown.get("writes").asInt());
        JsonNode task = shown.get("tasks").get(0);
        assertEquals(7, task.get("task").asInt());
        assertEquals(40, task.get("maxTokens").asInt());
        assertEquals(0, task.get("minTokens").asInt());
        // Two full groups and a tail, of K and V, of two heads; two checkpoint pages beside them.
        assertEquals(12, task.get("pages").asInt());
        assertEquals(14, shown.get("tables").get("pages").asInt());
        Cli text = Cli.run("csd", "inspect", path);
        assertEquals(5, text.out().lines().count(), text.out());

        Cli sound = Cli.run("csd", "fsck", path);
        assertEquals(0, sound.exitCode(), sound.out() + sound.err());
        assertEquals("", sound.out());
        assertTrue(sound.err().contains("14 pages read, 0 problems"), sound.err());
        damage(path);
        Cli damaged = Cli.run("csd", "fsck", path);
        assertEquals(1, damaged.exitCode());
        assertEquals(1, damaged.out().lines().count(), damaged.out());
        assertTrue(damaged.out().contains("CRC32C"), damaged.out());
        assertEquals(1, Cli.run("csd", "fsck", path, "--json").json().get("problems").size());
    }

    private static void fill(Path path) {
        try (CsdDrive drive = CsdDrive.open(path)) {
            drive.createTask(7, new TaskShape(1, 2, 2, 128, 4));
            short[] ones = new short[40 * 2 * 128];
            Arrays.fill(ones, ONE);
            drive.append(new Append(7, 0, 1, 0, 40), ones, ones);
        }
    }

    /** One bit of the first page of the fourth channel, a full group. */
    private static void damage(Path path) throws IOException {
        Path file = path.resolve("channel-03.flash");
        byte[] bytes = Files.readAllBytes(file);
        int at = 0;
        while (bytes[at] != ONE >> Byte.SIZE || bytes[at + 2] != ONE >> Byte.SIZE) {
            at++;
        }
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void whatIsNoDriveIsOneLine() {
        oneLine(Cli.run("csd"), 2, "skein: skein csd needs one of: format, inspect, fsck");
        oneLine(Cli.run("csd", "fsck"), 2, "skein: Missing required parameter: 'PATH'");
        for (String verb : new String[] {"inspect", "fsck"}) {
            oneLine(Cli.run("csd", verb, folder), 1, "skein: FILE_ERROR: " + folder + ": no ");
        }
        oneLine(Cli.run("csd", "format", folder.resolve("x"), "--blocks-per-plane", 0), 1,
                "skein: --blocks-per-plane is 0");
        oneLine(Cli.run("csd", "format", folder.resolve("x"), "--drive", "nope"), 1, "skein: ");
    }

    private static void oneLine(Cli cli, int code, String start) {
        assertEquals(code, cli.exitCode(), cli.err());
        assertTrue(cli.err().startsWith(start), cli.err());
        assertEquals(1, cli.err().lines().count(), cli.err());
        assertEquals("", cli.out());
    }
}
