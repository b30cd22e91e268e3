package dev.skein.hls.vitis;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.KernelConfig;
import dev.skein.hls.board.Platform;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder in which {@code make} builds a board's bitstream, complete: sources, generated header,
 * configuration, make file, scripts and a page that says what to run.
 *
 * @param board the board
 * @param files path to text
 */
public record BuildFolder(Board board, SortedMap<String, String> files) {

    private static final Pattern CONSTANT = Pattern.compile("\\bconfig::([A-Z][A-Z0-9_]*)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** The generated header of a kernel. */
    private static final String CONFIG = "config.h";

    /** Copies the map. */
    public BuildFolder {
        files = new TreeMap<>(files);
    }

    /**
     * The folder of a board.
     *
     * @param board a board that fits its device
     * @param boardText its file, which the folder keeps
     * @param more further files, path to text
     * @throws BoardException in one line, if the board cannot be built for
     */
    public static BuildFolder of(Board board, String boardText, Map<String, String> more) {
        if (!NAME.matcher(board.name()).matches()) {
            throw new BoardException("board " + board.name() + ": no Vitis build: its name goes"
                    + " into a make file; it may have " + NAME);
        }
        Connectivity wiring = Connectivity.of(board);
        var files = new TreeMap<>(Sources.inBuildFolder());
        files.putAll(more);
        files.put("board.properties", boardText);
        files.put(DesignMark.FILE, DesignMark.of(board).json());
        files.put("board.mk", makeVariables(board, wiring));
        files.put("compile.cfg", LinkConfig.compile(board, wiring));
        files.put("link.cfg", LinkConfig.link(board, wiring));
        // That of the default board: kernels get their own below.
        files.remove("src/cpp/" + CONFIG);
        for (Kernel kernel : wiring.kernels()) {
            String header = KernelConfig.text(alike(board, wiring, kernel));
            requireConstants(header, files);
            files.put(configFolder(kernel) + "/" + CONFIG, header);
        }
        files.put("README.md", readme(board, wiring));
        return new BuildFolder(board, files);
    }

    /** The header is found here and not beside the sources, whose own folder goes first. */
    private static String configFolder(Kernel kernel) {
        return "src/config/" + kernel.name();
    }

    /** The board, with the memories of a kernel's cores for all cores: ports follow the largest. */
    private static Board alike(Board board, Connectivity wiring, Kernel kernel) {
        int core = wiring.units().stream().filter(u -> u.kernel().equals(kernel)).findFirst()
                .orElseThrow().core();
        return new Board(board.name(), board.description(), board.clockMHz(), board.cores(),
                board.buffers(), board.control(), board.fetch(), board.mpe(), board.sfu(),
                board.sys(), Collections.nCopies(board.cores(), board.memories().get(core)),
                board.hbmChannels(), board.hbmSwitch(), board.mapping(), board.energy(),
                board.priceUSD(), board.fabric());
    }

    /** The sources take dimensions from the generated header alone, so it must have them all. */
    private static void requireConstants(String header, Map<String, String> files) {
        files.forEach((path, text) -> {
            Matcher used = CONSTANT.matcher(path.startsWith("src/cpp/") ? text : "");
            while (used.find()) {
                String name = " " + used.group(1);
                if (!header.contains(name + " = ") && !header.contains(name + "[CORES] = ")) {
                    throw new IllegalStateException(path + ": " + used.group() + ": "
                            + CONFIG + " of the build folder has no such constant");
                }
            }
        });
    }

    /**
     * Writes the folder: all of it or nothing.
     *
     * @param target a folder that is not there yet, or an empty one
     * @throws IOException in one line, if it is there or cannot be written
     */
    public void write(Path target) throws IOException {
        Path folder = target.toAbsolutePath().normalize();
        Path parent = folder.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IOException(target + ": there is no folder "
                    + (parent == null ? "above it" : parent) + "; create it first");
        }
        requireNew(target, folder);
        Path temporary = Files.createDirectory(parent.resolve("." + folder.getFileName() + "."
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()) + ".tmp"));
        try {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = temporary.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException _) {
            throw notNew(target);
        } finally {
            delete(temporary);
        }
    }

    private static void requireNew(Path target, Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw notNew(target);
        }
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw notNew(target);
            }
        }
    }

    private static IOException notNew(Path target) {
        return new IOException(target + ": is there already; name a new folder, or remove it");
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            List<Path> all;
            try (Stream<Path> walk = Files.walk(folder)) {
                all = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : all) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** What the make file needs to know of the board. */
    private static String makeVariables(Board board, Connectivity wiring) {
        Platform.Vitis platform = wiring.platform();
        var out = new StringJoiner("\n", "", "\n");
        out.add("# Generated by 'skein vitis'; generate it again instead of changing it.");
        out.add("BOARD := " + board.name());
        out.add("PLATFORM ?= " + platform.name().orElse(""));
        out.add("PART := " + platform.part());
        out.add("CLOCK_HZ := " + LinkConfig.clockHz(board));
        // Emulation and packaging of embedded platforms need a boot image besides.
        out.add("EMBEDDED := " + (platform.clock() == Platform.Clock.FIXED ? "yes" : ""));
        out.add("KERNELS := " + wiring.kernels().stream().map(Kernel::name)
                .collect(Collectors.joining(" ")));
        for (Kernel kernel : wiring.kernels()) {
            out.add("DEFINES_" + kernel.name() + " := -DSKEIN_KERNEL=" + kernel.name()
                    + " -I" + configFolder(kernel));
        }
        return out.toString();
    }

    private static String readme(Board board, Connectivity wiring) {
        var out = new StringJoiner("\n", "", "\n");
        out.add("# Bitstream of Skein for board " + board.name());
        out.add("");
        out.add("With the Vitis environment set up:");
        out.add("");
        out.add("```");
        out.add("make hw" + (wiring.platform().name().isEmpty()
                ? " PLATFORM=/path/to/your/platform.xpfm" : ""));
        out.add("```");
        out.add("");
        out.add("`make help` lists the other targets. " + board.cores() + " cores: "
                + wiring.units().stream().map(u -> u.name() + " (kernel " + u.kernel().name()
                + ", SLR" + u.slr() + ", " + u.kernel().hbmChannels() + " channels)")
                .collect(Collectors.joining(", ")) + ".");
        out.add("");
        out.add("Nothing in this folder has been run with the vendor's tools by its authors;"
                + " docs/alveo.md of Skein says what was checked without them.");
        return out.toString();
    }
}
