package dev.skein.runtime.backend.xrt;

import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.frontend.xclbin.Xclbin;
import dev.skein.compiler.frontend.xclbin.XclbinReader;
import dev.skein.compiler.fpga.FpgaException;
import dev.skein.ffi.Answer;
import dev.skein.ffi.xrt.Card;
import dev.skein.ffi.xrt.CardFolder;
import dev.skein.ffi.xrt.Xrt;
import dev.skein.ffi.xrt.XrtEnvironment;
import dev.skein.hls.board.Board;
import dev.skein.hls.vitis.Connectivity;
import dev.skein.runtime.vitis.ArtifactLayout;
import dev.skein.runtime.vitis.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A card with a design on it, and all that goes when it is closed. */
public final class XrtCard implements AutoCloseable {
    private static final Pattern VERSION = Pattern.compile("\\.so\\.(\\d+\\.\\d+.*)");
    private static final String TOOL = "bin/xbutil";

    private final Xrt xrt;
    private final Card card;
    private final Optional<Path> made;

    private XrtCard(Xrt xrt, Card card, Optional<Path> made) {
        this.xrt = xrt;
        this.card = card;
        this.made = made;
    }

    /** What XRT is on this machine, in a sentence; nothing is loaded. */
    public static Answer<String> find() {
        return Xrt.find(XrtEnvironment.system()).then(xrt -> {
            try (xrt) {
                return new Answer.Found<>("XRT " + version(xrt.library()) + " in "
                        + xrt.library() + xrt.environment().emulation()
                        .map(mode -> ", " + XrtEnvironment.EMULATION + "=" + mode).orElse(""));
            }
        });
    }

    /** The version, which the name of the library ends with where links lead to it. */
    private static String version(Path library) {
        Matcher found = VERSION.matcher(library.getFileName().toString());
        return found.find() ? found.group(1) : "of unknown version";
    }

    /** All cards that the driver has here, whether or not XRT is. */
    public static List<CardEntry> cards() throws IOException {
        Path xbutil = Path.of(XrtEnvironment.system().variables()
                .getOrDefault(XrtEnvironment.ROOT, "/opt/xilinx/xrt"), TOOL);
        return CardFolder.all().stream()
                .map(f -> CardEntry.of(f, new CardSensors(Optional.of(f), xbutil))).toList();
    }

    /** Whether the environment chooses XRT's no-op shim. */
    public static boolean choosesNoop() {
        return XrtEnvironment.system().noop();
    }

    /**
     * Opens a card, checks the bitstream against artifact and board, programs the card and
     * allocates all buffers. Nothing is written to them yet.
     *
     * @param artifact its file, for messages
     * @param shell the shell that is on the card, if the user named it
     * @throws IOException if a file cannot be read, or there is no XRT
     * @throws FpgaException if the bitstream is for something else
     */
    public static XrtAccelerator deploy(String artifact, Executable executable, Board board,
            XrtOptions options, Optional<String> shell) throws IOException {
        Connectivity wiring = Connectivity.of(board);
        ArtifactLayout.of(artifact, executable, board, wiring);
        XrtEnvironment environment = environment(options);
        Optional<Path> made = options.xclbin().isPresent() || !environment.noop()
                ? Optional.empty() : Optional.of(standIn(board, wiring));
        try {
            Path file = options.xclbin().or(() -> made).orElseThrow(() -> new IOException(
                    "no bitstream: name it with --xclbin, build it with 'skein vitis "
                    + board.name() + "', or choose --noop to go without a card"));
            Design design = Design.of(file.toString(), readable(file, environment), board, wiring,
                    shell);
            Xrt xrt = Xrt.find(environment).orElseThrow(IOException::new);
            return deploy(executable, board, design, xrt, options, file, made);
        } catch (IOException | RuntimeException e) {
            remove(made);
            throw e;
        }
    }

    private static XrtAccelerator deploy(Executable executable, Board board, Design design,
            Xrt xrt, XrtOptions options, Path file, Optional<Path> made) throws IOException {
        Card card = null;
        try {
            card = xrt.open(options.card(), options.limit());
            Optional<CardFolder> folder = CardFolder.of(card);
            Optional<String> shell = folder.isPresent() ? folder.get().shell() : Optional.empty();
            if (shell.isPresent()) {
                design.requireShell(board, shell);
            }
            UUID found = card.load(file);
            UUID needed = design.xclbin().header().uuid();
            if (!found.equals(needed)) {
                throw new FpgaException(file + ": uuid: the card has design " + found
                        + " after loading " + needed + ": another process loads the card, or the"
                        + " file changed; run it again");
            }
            return new XrtAccelerator(executable, board, design, new XrtCard(xrt, card, made));
        } catch (IOException | RuntimeException e) {
            if (card != null) {
                closeAfter(card, e);
            }
            xrt.close();
            throw e;
        }
    }

    /** The first failure is the one to report. */
    private static void closeAfter(Card card, Exception first) {
        try {
            card.close();
        } catch (RuntimeException e) {
            first.addSuppressed(e);
        }
    }

    private static XrtEnvironment environment(XrtOptions options) {
        XrtEnvironment environment = XrtEnvironment.system();
        for (Map.Entry<String, String> more : options.more().entrySet()) {
            environment = environment.with(more.getKey(), more.getValue());
        }
        return options.noop() ? environment.with(XrtEnvironment.EMULATION, XrtEnvironment.NOOP)
                : environment;
    }

    /** The container, which XRT does not check: it dies of a damaged one. */
    private static Xclbin readable(Path file, XrtEnvironment environment) throws IOException {
        Xclbin xclbin = XclbinReader.read(file);
        boolean emulated = environment.emulation().filter(m -> !m.equals(XrtEnvironment.NOOP))
                .isPresent();
        if (xclbin.emulation() != emulated && !environment.noop()) {
            throw new FpgaException(file + ": mode: found one for " + (xclbin.emulation()
                    ? "emulation" : "a card") + ", but " + XrtEnvironment.EMULATION + " is "
                    + environment.emulation().orElse("not set") + "; set it to sw_emu or hw_emu,"
                    + " or name the xclbin of 'make hw'");
        }
        return xclbin;
    }

    private static Path standIn(Board board, Connectivity wiring) throws IOException {
        Path file = Files.createTempFile("skein", ".xclbin");
        file.toFile().deleteOnExit();
        return Files.write(file, StandIn.bytes(board, wiring));
    }

    private static void remove(Optional<Path> made) {
        // Otherwise it goes when this process ends.
        made.ifPresent(file -> file.toFile().delete());
    }

    Card card() {
        return card;
    }

    CardSensors sensors() throws IOException {
        return new CardSensors(CardFolder.of(card), xrt.root().resolve(TOOL));
    }

    boolean noop() {
        return xrt.environment().noop();
    }

    String description() {
        return "card " + card.index() + xrt.environment().emulation()
                .map(mode -> mode.equals(XrtEnvironment.NOOP) ? " of XRT's no-op shim, which"
                        + " computes nothing" : " in " + mode).orElse("");
    }

    @Override
    public void close() {
        try {
            card.close();
        } finally {
            xrt.close();
            remove(made);
        }
    }
}
