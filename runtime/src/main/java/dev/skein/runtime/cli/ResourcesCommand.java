package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.Resource;
import dev.skein.hls.board.Resources;
import dev.skein.hls.board.resource.FitCheck;
import dev.skein.hls.board.resource.Part;
import dev.skein.hls.board.resource.ResourceEstimate;
import dev.skein.hls.board.resource.ResourceModel;
import dev.skein.hls.board.resource.SlrUse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skein resources}: what a board's overlay takes of its device. */
@Command(name = "resources", mixinStandardHelpOptions = true,
        header = "Estimates the FPGA resources a board's overlay takes.",
        description = "Estimates LUT, FF, BRAM36, URAM and DSP of every part and SLR of a board's"
            + " overlay. DSP, URAM and BRAM36 follow from the structure in the board file; LUT and"
            + " FF from coefficients of the device family. Reports of the vendor's tools are"
            + " printed beside it. Exit code 1 if it does not fit.",
        footer = {"", "Counts of the RTL by yosys:", ResourcesCommand.RTL_COUNTS, "",
            "JSON: board, technology, fits, problem, parts[].{name, LUT, FF, BRAM36, URAM, DSP},"
            + " slrs[].{use, usable, capacity}, total, capacity (each {LUT, ...}); with --report"
            + " reports[].{file, kind, tool, design, part, note, rows[].{name, estimate, report,"
            + " deviationPercent}, timing}."})
public final class ResourcesCommand implements Callable<Integer> {
    /** Runs yosys on the RTL, in a checkout. */
    static final String RTL_COUNTS = "./test -pl hls -Dtest=RtlResourcesTest";
    static final String ROW = "%-24s %11s %11s %8s %6s %7s";

    @Option(names = "--board", paramLabel = "BOARD", defaultValue = "u280",
            description = "Board, or a board file (default: ${DEFAULT-VALUE}).")
    private String target;

    @Option(names = "--report", paramLabel = "FILE", arity = "1..*",
            description = "csynth.xml of Vitis HLS, or what report_utilization -hierarchical,"
                + " report_utilization -slr or report_timing_summary of Vivado wrote; repeatable.")
    private List<Path> reports = List.of();

    @Mixin
    private Console console;

    /** Created by picocli. */
    public ResourcesCommand() {}

    @Override
    public Integer call() throws IOException {
        Board board = Boards.load(target);
        ResourceEstimate estimate = ResourceModel.estimate(board);
        Optional<String> problem = FitCheck.problem(board);
        ReportTable compared = ReportTable.read(board, reports);
        print(board, estimate);
        compared.print(console);
        ObjectNode json = json(board, estimate, problem);
        compared.json(json);
        console.object(json);
        if (problem.isPresent() && !console.json()) {
            throw new BoardException(problem.get());
        }
        return problem.isPresent() ? 1 : 0;
    }

    private void print(Board board, ResourceEstimate estimate) {
        console.result("%s: estimate, coefficients of %s", board.name(),
                board.fabric().technology().name());
        console.result(ROW, "", "LUT", "FF", "BRAM36", "URAM", "DSP");
        for (Part part : estimate.parts()) {
            row(part.name(), part.use());
        }
        row("total", estimate.total());
        row("card, without shell", estimate.capacity());
        for (int slr = 0; slr < estimate.slrs().size(); slr++) {
            SlrUse use = estimate.slrs().get(slr);
            row("SLR" + slr, use.use());
            row("  usable", use.usable());
            console.result(ROW, "  used", share(use, Resource.LUT), share(use, Resource.FF),
                    share(use, Resource.BRAM36), share(use, Resource.URAM),
                    share(use, Resource.DSP));
        }
        console.result("of the RTL (UltraScale+) yosys counts DSP48E2 and URAM288, which have to"
                + " be the model's, and LUT and FF, which are not Vivado's: %s", RTL_COUNTS);
    }

    private static String share(SlrUse use, Resource resource) {
        return use.use().of(resource) == 0 ? "0 %"
                : "%.1f %%".formatted(100 * use.load(resource));
    }

    private void row(String name, Resources r) {
        console.result(ROW, name, "%,d".formatted(r.lut()), "%,d".formatted(r.ff()),
                "%,d".formatted(r.bram36()), "%,d".formatted(r.uram()),
                "%,d".formatted(r.dsp()));
    }

    private static ObjectNode json(Board board, ResourceEstimate estimate,
            Optional<String> problem) {
        ObjectNode out = Console.newObject();
        out.put("board", board.name());
        out.put("technology", board.fabric().technology().name());
        out.put("fits", problem.isEmpty());
        problem.ifPresent(line -> out.put("problem", line));
        var parts = out.putArray("parts");
        for (Part part : estimate.parts()) {
            put(parts.addObject().put("name", part.name()), part.use());
        }
        var slrs = out.putArray("slrs");
        for (SlrUse use : estimate.slrs()) {
            ObjectNode slr = slrs.addObject();
            put(slr.putObject("use"), use.use());
            put(slr.putObject("usable"), use.usable());
            put(slr.putObject("capacity"), use.capacity());
        }
        put(out.putObject("total"), estimate.total());
        put(out.putObject("capacity"), estimate.capacity());
        return out;
    }

    static void put(ObjectNode out, Resources resources) {
        for (Resource resource : Resource.values()) {
            out.put(resource.name(), resources.of(resource));
        }
    }
}
