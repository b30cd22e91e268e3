package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.artifact.ArtifactFile;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.resource.FitCheck;
import dev.skein.hls.vitis.BuildFolder;
import dev.skein.hls.vitis.ComputeUnit;
import dev.skein.hls.vitis.Connectivity;
import dev.skein.runtime.vitis.ArtifactLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skein vitis}: the folder in which a board's bitstream is built. */
@Command(name = "vitis", mixinStandardHelpOptions = true,
        header = "Writes the folder in which AMD Vitis builds a board's bitstream.",
        description = "Writes a folder with the kernels' sources, link configuration, make file and"
            + " scripts for a board; 'make hw' in it builds the bitstream. Which memory channel and"
            + " which other core each port is wired to follows from the board file. With an"
            + " artifact, also checks that it fits that wiring, and writes which bank holds what."
            + " Nothing of this has been run with the vendor's tools: docs/alveo.md.",
        footer = {"", "JSON: board, folder, platform, clockHz, units[].{name, kernel, slr, ports"
            + " (bank by name)}, streams."})
public final class VitisCommand implements Callable<Integer> {
    private static final String LAYOUT = "layout.csv";

    @Parameters(paramLabel = "BOARD", description = "Board, or a board file.")
    private String target;

    @Option(names = {"-o", "--output"}, required = true, paramLabel = "FOLDER",
            description = "The folder to write; it must not be there, or be empty.")
    private Path output;

    @Option(names = "--artifact", paramLabel = "FILE",
            description = "A compiled model that will run on the bitstream.")
    private Path artifact;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public VitisCommand() {}

    @Override
    public Integer call() throws IOException {
        Board board = FitCheck.load(target);
        Connectivity wiring = Connectivity.of(board);
        BuildFolder folder = BuildFolder.of(board, Boards.text(target), layout(board, wiring));
        folder.write(output);
        for (ComputeUnit unit : wiring.units()) {
            console.result("%s: kernel %s in SLR%d, %d memory ports", unit.name(),
                    unit.kernel().name(), unit.slr(), unit.ports().size());
        }
        console.result("%d streams between cores", wiring.streams().size());
        console.result("next, with the Vitis environment set up: make -C %s hw", output);
        console.object(json(board, wiring));
        return 0;
    }

    private Map<String, String> layout(Board board, Connectivity wiring) throws IOException {
        if (artifact == null) {
            return Map.of();
        }
        try (Arena arena = Arena.ofShared()) {
            return Map.of(LAYOUT, ArtifactLayout.of(artifact.toString(),
                    ArtifactFile.read(artifact, arena), board, wiring).csv());
        }
    }

    private ObjectNode json(Board board, Connectivity wiring) {
        ObjectNode out = Console.newObject();
        out.put("board", board.name());
        out.put("folder", output.toString());
        out.put("platform", wiring.platform().name().orElse(null));
        out.put("clockHz", Math.round(board.clockMHz() * 1e6));
        var units = out.putArray("units");
        for (ComputeUnit unit : wiring.units()) {
            ObjectNode one = units.addObject().put("name", unit.name())
                    .put("kernel", unit.kernel().name()).put("slr", unit.slr());
            ObjectNode ports = one.putObject("ports");
            unit.ports().forEach(p -> ports.put(p.name(), p.banks().toString()));
        }
        out.put("streams", wiring.streams().size());
        return out;
    }
}
