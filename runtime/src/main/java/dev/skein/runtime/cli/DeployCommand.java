package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.artifact.ArtifactFile;
import dev.skein.compiler.artifact.Executable;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.Platform;
import dev.skein.hls.board.resource.FitCheck;
import dev.skein.hls.vitis.BuildFolder;
import dev.skein.hls.vitis.Connectivity;
import dev.skein.runtime.backend.cards.CardsAccelerator;
import dev.skein.runtime.backend.xrt.XrtAccelerator;
import dev.skein.runtime.backend.xrt.XrtCard;
import dev.skein.runtime.backend.xrt.XrtCards;
import dev.skein.runtime.measure.Deviations;
import dev.skein.runtime.replay.RunLogReader;
import dev.skein.runtime.vitis.ArtifactLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skein deploy}: a compiled model on an Alveo card. */
@Command(name = "deploy", mixinStandardHelpOptions = true,
        header = "Puts a compiled model on an Alveo card, checks it there and runs first tokens.",
        description = "Compares artifact, board and bitstream, programs the card, loads the"
            + " model, reads all of it back, runs a self-test and the first tokens, and prints"
            + " predicted against measured times. Without --xclbin it writes the folder that builds"
            + " the bitstream and says what to run there. With --noop all goes through XRT's no-op"
            + " shim, which needs no card and computes nothing. With --measured it prints predicted"
            + " against measured times of a run that was recorded. A model compiled for several"
            + " cards (--target u280*2) goes to those that --card lists. No card has ever been"
            + " tried: docs/alveo.md.",
        footer = {"", "JSON: artifact, board, xclbin.{uuid, platform}, bytes, channels (CRC32C by"
            + " name), computes, selfTest, text, ops[].{phase, op, steps, predictedSeconds,"
            + " measuredSeconds, deviation}, clock, deviatesMost, power.{sensor, readings,"
            + " seconds, meanWatts, joulesPerToken, predictedJoulesPerToken; or missing},"
            + " parts[].{part, predictedSeconds, measuredSeconds, noiseSeconds, withinNoise},"
            + " partDeviatesMost; or folder and next."})
public final class DeployCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ARTIFACT", description = "A model compiled with 'skein compile'.")
    private Path artifact;

    @Option(names = "--board", paramLabel = "BOARD", required = true,
            description = "Board, board file, or the name of a card's shell"
            + " (xilinx_u280_gen3x16_xdma_1_202211_1).")
    private String target;

    @Option(names = {"-o", "--output"}, paramLabel = "FOLDER",
            description = "Without a bitstream: the folder to write (default: build-BOARD).")
    private Path output;

    @Option(names = "--measured", paramLabel = "LOG",
            description = "Compare a log of 'skein run --record' with the prediction; needs no"
            + " card.")
    private Path measured;

    @Option(names = {"-n", "--tokens"}, paramLabel = "N", defaultValue = "8",
            description = "First tokens to generate (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(names = "--parts", description = "Measure parts of a step on the card too: what it"
            + " takes from one SYNC to the next, by running prefixes of the program.")
    private boolean parts;

    @Mixin
    private CardOptions card;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public DeployCommand() {}

    @Override
    public Integer call() throws IOException {
        Optional<String> shell = Optional.of(target).filter(t -> t.startsWith("xilinx_"));
        Board board = FitCheck.load(shell.map(DeployCommand::boardOf).orElse(target));
        try (Arena arena = Arena.ofShared()) {
            Executable executable = ArtifactFile.read(artifact, arena);
            requireFor(executable, board);
            ObjectNode json = Console.newObject();
            json.put("artifact", artifact.toString()).put("board", board.name());
            if (measured != null) {
                new DeviationTable(Deviations.of(RunLogReader.read(measured), executable, board))
                        .print(console, json);
            } else if (card.hasBitstream() || XrtCard.choosesNoop()) {
                if (parts) {
                    requireOne(executable, "--parts");
                }
                if (executable.cards() > 1) {
                    onCards(executable, board, shell, json);
                } else {
                    onCard(executable, board, shell, json);
                }
            } else {
                buildFolder(executable, board, json);
            }
            console.object(json);
        }
        return 0;
    }

    /** The board whose card has a shell. */
    private static String boardOf(String shell) {
        String card = shell.split("_").length > 1 ? "_" + shell.split("_")[1] : "";
        return Boards.names().stream().filter(name -> Boards.load(name).fabric().platform()
                instanceof Platform.Vitis vitis && vitis.name().filter(n -> n.equals(shell))
                        .isPresent()).findFirst()
                .or(() -> Boards.names().stream().filter(name -> ("_" + name).equals(card))
                        .findFirst())
                .orElseThrow(() -> new IllegalArgumentException("no board has the shell " + shell
                        + "; boards are " + String.join(", ", Boards.names())
                        + ", or name a board file"));
    }

    private void requireFor(Executable executable, Board board) {
        if (!executable.cardBoard().equals(board.name())) {
            throw new IllegalArgumentException(artifact + ": board: compiled for "
                    + executable.board() + ", not for " + board.name() + "; compile the model with"
                    + " --target " + board.name());
        }
    }

    private void requireOne(Executable executable, String what) {
        if (executable.cards() > 1) {
            throw new IllegalArgumentException(artifact + ": compiled for " + executable.board()
                    + "; " + what + " is of one card: compile it for " + executable.cardBoard());
        }
    }

    private void buildFolder(Executable executable, Board board, ObjectNode json)
            throws IOException {
        requireOne(executable, "a build folder");
        Connectivity wiring = Connectivity.of(board);
        Path folder = output != null ? output : Path.of("build-" + board.name());
        String layout = ArtifactLayout.of(artifact.toString(), executable, board, wiring).csv();
        BuildFolder.of(board, Boards.text(board.name()), Map.of("layout.csv", layout))
                .write(folder);
        String next = "make -C " + folder + " hw";
        console.result("no bitstream was named: wrote %s, which builds it", folder);
        console.result("next, with the Vitis environment set up: %s", next);
        console.result("then: skein deploy %s --board %s --xclbin %s/build/hw/skein.xclbin",
                artifact, target, folder);
        json.put("folder", folder.toString()).put("next", next);
    }

    private void onCard(Executable executable, Board board, Optional<String> shell,
            ObjectNode json) throws IOException {
        card.options().require(1, executable.board());
        try (XrtAccelerator device = XrtCard.deploy(artifact.toString(), executable, board,
                card.options(), shell)) {
            var header = device.design().xclbin().header();
            json.putObject("xclbin").put("uuid", header.uuid().toString())
                    .put("platform", header.platform());
            console.result("programmed: design %s for %s, %s", header.uuid(), header.platform(),
                    device.description());
            device.design().remarks().forEach(r -> console.note("note: %s", r));
            load(device.bytes(), device::load, device::verify, json);
            new FirstTokens(executable, board, device, console, parts).run(tokens, json);
        }
    }

    private void onCards(Executable executable, Board board, Optional<String> shell,
            ObjectNode json) throws IOException {
        XrtCards cards = XrtCards.deploy(artifact.toString(), executable, board, card.options(),
                shell);
        try (CardsAccelerator device = cards.accelerator()) {
            var header = cards.devices().getFirst().design().xclbin().header();
            json.putObject("xclbin").put("uuid", header.uuid().toString())
                    .put("platform", header.platform());
            console.result("programmed cards %s: design %s for %s", cards.numbers(), header.uuid(),
                    header.platform());
            cards.devices().getFirst().design().remarks().forEach(r ->
                    console.note("note: %s", r));
            load(cards.bytes(), cards::load, cards::verify, json);
            new FirstTokens(executable, board, device, console, false).run(tokens, json);
        }
    }

    private void load(long bytes, Consumer<LongConsumer> loading,
            Function<LongConsumer, Map<String, Long>> verifying, ObjectNode json) {
        long start = System.nanoTime();
        try (var bar = console.progress("load, bytes", bytes)) {
            loading.accept(n -> bar.accept((int) n));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<String, Long> sums;
        try (var bar = console.progress("read back, bytes", bytes)) {
            sums = verifying.apply(n -> bar.accept((int) n));
        }
        console.result("loaded %,d bytes into %d channels in %.3f s (host clock), read back and"
                + " compared: all equal", bytes, sums.size(), seconds);
        json.put("bytes", bytes).put("loadSeconds", seconds);
        ObjectNode channels = json.putObject("channels");
        sums.forEach((name, sum) -> {
            String text = String.format(Locale.ROOT, "%08x", sum);
            channels.put(name, text);
            console.detail("  %-16s CRC32C %s", name, text);
        });
    }
}
