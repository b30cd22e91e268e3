package dev.skein.compiler.frontend.report;

import dev.skein.hls.board.Resources;
import dev.skein.hls.board.resource.ResourceEstimate;
import dev.skein.hls.board.resource.SlrUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code report_utilization -slr}: a row a kind of site, a column an SLR, all of the design. */
final class SlrReport {
    static final String TITLE = "SLR CLB Logic and Dedicated Block Utilization";
    private static final String SITE = "Site Type";
    /** The widest devices have four. */
    private static final int MOST_SLRS = 8;

    private SlrReport() {}

    static SynthesisReport parse(ReportText text) {
        BarTable table = BarTable.below(text, text.find(TITLE));
        table.column("SLR0");
        int lut = row(table, "CLB LUTs");
        int ff = row(table, "CLB Registers");
        int bram = row(table, "Block RAM Tile");
        int uram = row(table, "URAM");
        int dsp = row(table, "DSPs");
        var slrs = new ArrayList<SlrUse>();
        for (int slr = 0; table.names().contains("SLR" + slr); slr++) {
            if (slr == MOST_SLRS) {
                throw text.bad(table.header(), "column 'SLR" + slr + "'", "a column",
                        "a device has at most " + MOST_SLRS + " SLRs");
            }
            int c = table.column("SLR" + slr);
            slrs.add(new SlrUse(new Resources(table.count(lut, c), table.count(ff, c),
                    Math.ceilDiv(table.halves(bram, c), 2), table.count(uram, c),
                    table.count(dsp, c)), Resources.NONE, Resources.NONE));
        }
        return new SynthesisReport(text.file(), SynthesisReport.Kind.SLR, text.tool(),
                text.requiredHead("Design"), text.head("Device"),
                Optional.of(new ResourceEstimate(List.of(), slrs)), Optional.empty());
    }

    /** The one row of a kind of site. */
    private static int row(BarTable table, String site) {
        int column = table.column(SITE);
        int found = -1;
        for (int row = 0; row < table.rows().size(); row++) {
            if (table.rows().get(row).get(column).strip().equals(site)) {
                if (found >= 0) {
                    throw table.text().bad(table.firstRow() + row, SITE, site + " again",
                            "a kind of site has one row");
                }
                found = row;
            }
        }
        if (found < 0) {
            throw table.text().bad(table.header(), SITE, "no row '" + site + "'",
                    "the table has rows " + String.join(", ", List.of("CLB LUTs", "CLB Registers",
                            "Block RAM Tile", "URAM", "DSPs")));
        }
        return found;
    }
}
