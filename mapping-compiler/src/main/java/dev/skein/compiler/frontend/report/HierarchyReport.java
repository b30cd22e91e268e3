package dev.skein.compiler.frontend.report;

import dev.skein.hls.board.Resources;
import dev.skein.hls.board.resource.Part;
import dev.skein.hls.board.resource.ResourceEstimate;
import dev.skein.hls.board.resource.SlrUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code report_utilization -hierarchical}: a row an instance, with all below it, indented by two
 * spaces a level. Vivado notes that children may sum to more LUTs than their parent, since it
 * combines LUTs across them.
 */
final class HierarchyReport {
    static final String TITLE = "Utilization by Hierarchy";
    private static final int SPACES_A_LEVEL = 2;
    /** UltraScale+ counts "DSP Blocks", older versions of the tool "DSP48 Blocks". */
    private static final List<String> DSP = List.of("DSP Blocks", "DSP48 Blocks");

    private HierarchyReport() {}

    static SynthesisReport parse(ReportText text) {
        BarTable table = BarTable.below(text, text.find(TITLE));
        int name = table.column("Instance");
        int lut = table.column("Total LUTs");
        int ff = table.column("FFs");
        int ramb36 = table.column("RAMB36");
        int ramb18 = table.column("RAMB18");
        int uram = table.column("URAM");
        int dsp = table.column(table.names().contains(DSP.getLast()) ? DSP.getLast()
                : DSP.getFirst());
        var parts = new ArrayList<Part>();
        var path = new ArrayList<String>();
        for (int row = 0; row < table.rows().size(); row++) {
            String instance = instance(table, row, name, path);
            long halfBlocks = 2 * table.count(row, ramb36) + table.count(row, ramb18);
            parts.add(new Part(instance, new Resources(table.count(row, lut), table.count(row, ff),
                    Math.ceilDiv(halfBlocks, 2), table.count(row, uram), table.count(row, dsp))));
        }
        var all = new SlrUse(parts.getFirst().use(), Resources.NONE, Resources.NONE);
        return new SynthesisReport(text.file(), SynthesisReport.Kind.HIERARCHY, text.tool(),
                text.requiredHead("Design"), text.head("Device"),
                Optional.of(new ResourceEstimate(parts, List.of(all))), Optional.empty());
    }

    /** The path of a row's instance; {@code path} is that of the row before, and becomes this. */
    private static String instance(BarTable table, int row, int column, List<String> path) {
        String cell = table.rows().get(row).get(column);
        String name = cell.strip();
        int line = table.firstRow() + row;
        if (name.isEmpty()) {
            throw table.text().bad(line, "Instance", "nothing", "a row names an instance");
        }
        // One space parts the cell from its bar.
        int spaces = cell.indexOf(name) - 1;
        int depth = spaces / SPACES_A_LEVEL;
        if (spaces < 0 || spaces % SPACES_A_LEVEL != 0 || depth > path.size()
                || row > 0 && depth == 0) {
            throw table.text().bad(line, "Instance", spaces + " spaces before " + name,
                    "one instance is at the top, and each is indented by two spaces more than the"
                            + " one it is in");
        }
        if (depth >= table.text().limits().depth()) {
            throw table.text().bad(line, "Instance", "level " + depth, "instances are at most "
                    + table.text().limits().depth() + " deep");
        }
        while (path.size() > depth) {
            path.removeLast();
        }
        path.add(name);
        return String.join("/", path);
    }
}
