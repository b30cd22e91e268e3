package dev.skein.sim.csd.flash;

import dev.skein.hls.board.drive.Flash;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The text file that says what a folder of channel files is.
 *
 * @param drive name of the drive it was formatted as
 * @param geometry of the array
 */
public record FormatFile(String drive, Flash.Geometry geometry) {
    /** Its name in the folder. */
    public static final String NAME = "skein-csd.txt";

    private static final String FIRST_LINE = "skein csd format 1";
    private static final int MAX_BYTES = 4096;
    private static final int MAX_PAGE_BYTES = 1 << 18;
    private static final int MAX_PAGES_PER_BLOCK = 1 << 15;
    private static final int MAX_CHANNELS = 100;

    /** Refuses arrays whose pages have no 31-bit numbers. */
    public FormatFile {
        require("channels", geometry.channels(), 1, MAX_CHANNELS);
        require("diesPerChannel", geometry.diesPerChannel(), 1, Short.MAX_VALUE);
        require("planesPerDie", geometry.planesPerDie(), 1, Short.MAX_VALUE);
        require("page_bytes", geometry.pageBytes(), PageMeta.BYTES, MAX_PAGE_BYTES);
        require("pagesPerBlock", geometry.pagesPerBlock(), 2, MAX_PAGES_PER_BLOCK);
        require("blocksPerPlane", geometry.blocksPerPlane(), 1, Integer.MAX_VALUE);
        require("peCycles", geometry.peCycles(), 1, Integer.MAX_VALUE);
        if (geometry.pageBytes() % PageMeta.BYTES != 0) {
            throw new DriveException(Status.FILE_ERROR, "page_bytes is " + geometry.pageBytes()
                    + "; a multiple of " + PageMeta.BYTES);
        }
        long planes = (long) geometry.channels() * geometry.diesPerChannel()
                * geometry.planesPerDie();
        if (planes > Integer.MAX_VALUE || planes * geometry.blocksPerPlane()
                > Integer.MAX_VALUE / geometry.pagesPerBlock()) {
            throw new DriveException(Status.FILE_ERROR, "the array has 2^31 pages or more;"
                    + " make blocksPerPlane, " + geometry.blocksPerPlane() + ", smaller");
        }
        if (drive.isEmpty() || !drive.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new DriveException(Status.FILE_ERROR, "drive is \"" + drive
                    + "\"; a name of printable characters without spaces");
        }
    }

    private static void require(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new DriveException(Status.FILE_ERROR, field + " is " + value + "; allowed are "
                    + min + " to " + max);
        }
    }

    private List<String> lines() {
        return List.of(FIRST_LINE, "drive=" + drive, "channels=" + geometry.channels(),
                "diesPerChannel=" + geometry.diesPerChannel(),
                "planesPerDie=" + geometry.planesPerDie(), "page_bytes=" + geometry.pageBytes(),
                "pagesPerBlock=" + geometry.pagesPerBlock(),
                "blocksPerPlane=" + geometry.blocksPerPlane(), "peCycles=" + geometry.peCycles());
    }

    private static String withSum(List<String> lines) {
        String text = String.join("\n", lines) + "\n";
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return text + "crc32c=%08x%n".formatted(PageMeta.sum(bytes, 0, bytes.length))
                .replace(System.lineSeparator(), "\n");
    }

    /** Makes an empty drive. The text file comes last, so that a folder without it is none. */
    void create(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (var entries = Files.newDirectoryStream(folder)) {
            if (entries.iterator().hasNext()) {
                throw new DriveException(Status.FILE_ERROR, folder
                        + ": not empty; give a new folder, or remove what is in it");
            }
        }
        for (int c = 0; c < geometry.channels(); c++) {
            Files.createFile(folder.resolve(FileMedium.name(c)));
        }
        Path part = folder.resolve(NAME + ".part");
        try (var out = FileChannel.open(part, StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(withSum(lines()).getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(part, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Reads it. */
    static FormatFile read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            throw new DriveException(Status.FILE_ERROR, folder + ": no " + NAME
                    + " in it; make a drive with skein csd format");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new DriveException(Status.FILE_ERROR, file + ": " + Files.size(file)
                    + " bytes; at most " + MAX_BYTES);
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.US_ASCII);
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !text.equals(withSum(lines.subList(0, lines.size() - 1)))) {
            throw new DriveException(Status.FILE_ERROR, file
                    + ": its crc32c is wrong; the file is damaged, restore it or format anew");
        }
        try {
            FormatFile format = parse(file, lines.subList(0, lines.size() - 1));
            if (format.lines().equals(lines.subList(0, lines.size() - 1))) {
                return format;
            }
        } catch (NumberFormatException e) {
            throw new DriveException(Status.FILE_ERROR, file + ": " + e.getMessage());
        }
        throw new DriveException(Status.FILE_ERROR, file + ": not as skein csd format writes it");
    }

    private static FormatFile parse(Path file, List<String> lines) {
        List<String> values = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            values.add(line.substring(line.indexOf('=') + 1));
        }
        if (!lines.getFirst().equals(FIRST_LINE) || values.size() != 8) {
            throw new DriveException(Status.FILE_ERROR, file + ": begins with \""
                    + lines.getFirst() + "\" and has " + lines.size()
                    + " lines; this version reads \"" + FIRST_LINE + "\"");
        }
        int[] n = values.subList(1, values.size()).stream().mapToInt(Integer::parseInt).toArray();
        return new FormatFile(values.getFirst(),
                new Flash.Geometry(n[0], n[1], n[2], n[3], n[4], n[5], n[6]));
    }
}
