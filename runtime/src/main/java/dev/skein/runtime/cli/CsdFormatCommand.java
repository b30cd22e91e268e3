package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.hls.board.drive.Drives;
import dev.skein.hls.board.drive.Flash;
import dev.skein.sim.csd.CsdDrive;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skein csd format}: an empty drive. */
@Command(name = "format", mixinStandardHelpOptions = true,
        header = "Makes an empty drive.",
        description = "Makes a folder with an empty drive. Its files grow as it is written to; a"
            + " drive that is not used takes no space.",
        footer = {"", "JSON: path, drive, channels, diesPerChannel, planesPerDie, pageBytes,"
            + " pagesPerBlock, blocksPerPlane, capacityBytes."})
public final class CsdFormatCommand implements Callable<Integer> {
    private static final double GIB = 1L << 30;

    @Parameters(paramLabel = "PATH", description = "A new or empty folder.")
    private Path path;

    @Option(names = "--drive", paramLabel = "DRIVE", defaultValue = "instcsd",
            description = "A drive, or a drive file, whose flash it has (default:"
                + " ${DEFAULT-VALUE}).")
    private String drive;

    @Option(names = "--blocks-per-plane", paramLabel = "N",
            description = "Another capacity than the drive's.")
    private Integer blocksPerPlane;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public CsdFormatCommand() {}

    @Override
    public Integer call() {
        var loaded = Drives.load(drive);
        Flash.Geometry g = loaded.flash().geometry();
        if (blocksPerPlane != null) {
            if (blocksPerPlane < 1) {
                throw new IllegalArgumentException("--blocks-per-plane is " + blocksPerPlane
                        + "; at least 1");
            }
            g = new Flash.Geometry(g.channels(), g.diesPerChannel(), g.planesPerDie(),
                    g.pageBytes(), g.pagesPerBlock(), blocksPerPlane, g.peCycles());
        }
        CsdDrive.format(path, loaded.name(), g);
        console.result("%s: %s, %s, empty", path, loaded.name(), text(g));
        ObjectNode json = Console.newObject();
        json.put("path", path.toString());
        put(json, loaded.name(), g);
        console.object(json);
        return 0;
    }

    static String text(Flash.Geometry g) {
        return ("%d flash channels x %d dies x %d planes x %d blocks x %d pages of %d bytes,"
                + " %.1f GiB").formatted(g.channels(), g.diesPerChannel(), g.planesPerDie(),
                g.blocksPerPlane(), g.pagesPerBlock(), g.pageBytes(), g.capacityBytes() / GIB);
    }

    static void put(ObjectNode json, String drive, Flash.Geometry g) {
        json.put("drive", drive);
        json.put("channels", g.channels());
        json.put("diesPerChannel", g.diesPerChannel());
        json.put("planesPerDie", g.planesPerDie());
        json.put("pageBytes", g.pageBytes());
        json.put("pagesPerBlock", g.pagesPerBlock());
        json.put("blocksPerPlane", g.blocksPerPlane());
        json.put("capacityBytes", g.capacityBytes());
    }
}
