package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.sim.csd.DriveCheck;
import dev.skein.sim.csd.TaskShape;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code skein csd inspect}: what a drive holds. */
@Command(name = "inspect", mixinStandardHelpOptions = true,
        header = "Shows geometry, wear, tables and tasks of a drive.",
        description = "Scans a drive as it does itself when power comes, and changes nothing.",
        footer = {"", "JSON: drive, channels, diesPerChannel, planesPerDie, pageBytes,"
            + " pagesPerBlock, blocksPerPlane, capacityBytes, blocks.{free, stale, bad,"
            + " minErases, maxErases, meanErases, peCycles}, tables.{pages, bytes}, writes,"
            + " tornPages, interruptedErases, tasks[].{task, sequences, layers, kvHeads,"
            + " headDim, pageChannels, minTokens, maxTokens, pages}."})
public final class CsdInspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PATH", description = "The folder of a drive.")
    private Path path;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public CsdInspectCommand() {}

    @Override
    public Integer call() {
        DriveCheck.Report r = DriveCheck.inspect(path);
        print(r);
        console.object(json(r));
        return 0;
    }

    private void print(DriveCheck.Report r) {
        var g = r.format().geometry();
        console.result("drive     %s: %s", r.format().drive(), CsdFormatCommand.text(g));
        console.result("blocks    %d free, %d stale, %d bad; erased %d to %d times, %.2f on"
                + " average, of %d", r.freeBlocks(), r.staleBlocks(), r.badBlocks(),
                r.minErases(), r.maxErases(), r.meanErases(), g.peCycles());
        console.result("tables    %d pages that count, %d bytes of DRAM", r.tablePages(),
                r.tableBytes());
        console.result("durable   %d writes; %d torn pages and %d interrupted erases left by"
                + " power cuts", r.writes(), r.tornPages(), r.interruptedErases());
        for (DriveCheck.TaskReport t : r.tasks()) {
            TaskShape s = t.shape();
            console.result("task %-4d %d sequences x %d layers x %d heads of %d; %d to %d tokens,"
                    + " %d pages, %d entries in a page of the second copy", t.id(),
                    s.sequences(), s.layers(), s.kvHeads(), s.headDim(), t.minTokens(),
                    t.maxTokens(), t.pages(), s.pageChannels());
        }
    }

    static ObjectNode json(DriveCheck.Report r) {
        ObjectNode out = Console.newObject();
        CsdFormatCommand.put(out, r.format().drive(), r.format().geometry());
        ObjectNode blocks = out.putObject("blocks");
        blocks.put("free", r.freeBlocks());
        blocks.put("stale", r.staleBlocks());
        blocks.put("bad", r.badBlocks());
        blocks.put("minErases", r.minErases());
        blocks.put("maxErases", r.maxErases());
        blocks.put("meanErases", r.meanErases());
        blocks.put("peCycles", r.format().geometry().peCycles());
        out.putObject("tables").put("pages", r.tablePages()).put("bytes", r.tableBytes());
        out.put("writes", r.writes());
        out.put("tornPages", r.tornPages());
        out.put("interruptedErases", r.interruptedErases());
        var tasks = out.putArray("tasks");
        for (DriveCheck.TaskReport t : r.tasks()) {
            TaskShape s = t.shape();
            tasks.addObject().put("task", t.id()).put("sequences", s.sequences())
                    .put("layers", s.layers()).put("kvHeads", s.kvHeads())
                    .put("headDim", s.headDim()).put("pageChannels", s.pageChannels())
                    .put("minTokens", t.minTokens()).put("maxTokens", t.maxTokens())
                    .put("pages", t.pages());
        }
        return out;
    }
}
