package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.artifact.Executable;
import dev.skein.runtime.GenerationResult;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.PhaseTotals;
import dev.skein.sim.csd.DriveState;
import dev.skein.sim.csd.Touched;

/** The closing block of a generation, for people and as JSON. */
record RunReport(LoadedModel loaded, GenerationResult result) {

    void print(Console console) {
        console.note("");
        console.note("load     %10.1f ms  %s", loaded.loadMillis(),
                loaded.accelerator().description());
        loaded.executable().ifPresent(e -> console.note(
                "                        programs %,d bytes, context %,d tokens", e.programBytes(),
                e.maxContext()));
        wall(console, "prefill", result.prefill());
        wall(console, "decode", result.decode());
        if (!loaded.accelerator().computes()) {
            console.note("nothing computes there: steps ran to their end, but there is no text, and"
                    + " the times are those of the host and of XRT's calls alone");
        }
        if (result.prefill().cycles() > 0) {
            simulated(console, "prefill", result.prefill());
            simulated(console, "decode", result.decode());
        }
        loaded.drive().ifPresent(drive -> drive(console, drive.state(), drive.touched()));
    }

    private static void drive(Console console, DriveState state, Touched t) {
        console.note("drive    %,d B of keys and values written, %,d pages of %,d B programmed;"
                + " attention read %,d channel-indexed pages, %,d of K for the tail, %,d of K and"
                + " %,d of V; dense would read %,d", state.hostBytes(), state.flash().programs(),
                state.pageBytes(), t.entryPages(), t.tailPages(), t.keyPages(), t.valuePages(),
                2 * t.groupsStored());
    }

    private static void drive(ObjectNode out, DriveState state, Touched t) {
        out.put("hostBytes", state.hostBytes());
        out.put("pageBytes", state.pageBytes());
        out.put("programs", state.flash().programs());
        out.put("entryPages", t.entryPages());
        out.put("tailPages", t.tailPages());
        out.put("keyPages", t.keyPages());
        out.put("valuePages", t.valuePages());
        out.put("densePages", 2 * t.groupsStored());
    }

    private static void wall(Console console, String phase, PhaseTotals totals) {
        console.note("%-8s %10.1f ms  %,d tokens, %,.1f tok/s on this machine", phase,
                totals.wallMillis(), totals.tokens(), totals.wallTokensPerSecond());
    }

    private void simulated(Console console, String phase, PhaseTotals totals) {
        if (totals.tokens() == 0) {
            return;
        }
        console.note("%-8s %10.3f ms  on %s: %,d cycles, %,.1f tok/s, %.3g J, %.1f %% of HBM peak,"
                + " bound by %s", phase, totals.seconds() * 1e3, board(), totals.cycles(),
                totals.tokensPerSecond(), totals.joules(), totals.bandwidthUtilisation() * 100,
                totals.boundBy());
    }

    private String board() {
        return loaded.executable().map(Executable::board).orElse("the recorded board");
    }

    ObjectNode json(String text) {
        ObjectNode out = Console.newObject();
        out.put("text", text);
        var ids = out.putArray("tokens");
        for (int id : result.tokens()) {
            ids.add(id);
        }
        out.put("promptTokens", result.promptLength());
        out.put("generatedTokens", result.generated());
        out.put("computes", loaded.accelerator().computes());
        out.put("device", loaded.accelerator().description());
        out.put("weights", loaded.weights());
        out.put("attentionSparsity", loaded.attentionSparsity());
        out.put("loadMillis", loaded.loadMillis());
        loaded.drive().ifPresent(drive -> drive(out.putObject("drive"), drive.state(),
                drive.touched()));
        ObjectNode wall = out.putObject("wall");
        wall.put("prefillTokensPerSecond", result.prefill().wallTokensPerSecond());
        wall.put("decodeTokensPerSecond", result.decode().wallTokensPerSecond());
        wall.put("prefillMillis", result.prefill().wallMillis());
        wall.put("decodeMillis", result.decode().wallMillis());
        if (result.prefill().cycles() > 0) {
            simulated(out.putObject("simulated"));
        }
        return out;
    }

    private void simulated(ObjectNode out) {
        out.put("board", board());
        out.put("cycles", result.prefill().cycles() + result.decode().cycles());
        out.put("seconds", result.prefill().seconds() + result.decode().seconds());
        // Of decode, which is what a reader of the text sees; of prefill if nothing was decoded.
        PhaseTotals shown = result.decode().tokens() > 0 ? result.decode() : result.prefill();
        out.put("tokensPerSecond", shown.tokensPerSecond());
        out.put("boundBy", shown.boundBy());
        out.put("joules", result.prefill().joules() + result.decode().joules());
        phase(out.putObject("prefill"), result.prefill());
        phase(out.putObject("decode"), result.decode());
    }

    private static void phase(ObjectNode out, PhaseTotals totals) {
        out.put("tokens", totals.tokens());
        out.put("cycles", totals.cycles());
        out.put("seconds", totals.seconds());
        out.put("tokensPerSecond", totals.tokensPerSecond());
        out.put("bytesMoved", totals.bytesMoved());
        out.put("bandwidthUtilisation", totals.bandwidthUtilisation());
        out.put("joules", totals.joules());
        out.put("boundBy", totals.boundBy());
    }
}
