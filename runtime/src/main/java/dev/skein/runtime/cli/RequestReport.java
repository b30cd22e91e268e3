package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.fpga.ProgramSet;
import dev.skein.compiler.fpga.ServedProgram;
import dev.skein.hls.board.Board;
import dev.skein.runtime.RequestTotals;
import dev.skein.sim.fpga.CycleReport;
import java.util.List;
import java.util.Locale;

/** Prints what a simulated request costs. */
final class RequestReport {
    private final RequestTotals totals;
    private final Board board;

    RequestReport(RequestTotals totals, Board board) {
        this.totals = totals;
        this.board = board;
    }

    void print(Console console) {
        List<CycleReport> prefill = totals.prefill();
        console.result("  first token   %,.3f ms (%,d prompt tokens in %d steps, %,.1f tok/s, bound"
                + " by %s)", totals.timeToFirstToken() * 1e3, totals.promptLength(),
                prefill.size(), totals.promptLength() / totals.timeToFirstToken(),
                RequestTotals.boundBy(prefill));
        totals.decodeTokensPerSecond().ifPresent(mean -> console.result("  decode        %,.2f"
                + " tok/s (first %,.2f, last %,.2f, bound by %s)", mean,
                totals.decode().getFirst().tokensPerSecond(),
                totals.decode().getLast().tokensPerSecond(),
                RequestTotals.boundBy(totals.decode())));
        console.result("  request       %,.3f s for %,d tokens (%,d cycles at %.0f MHz; device"
                + " alone, without the host)", totals.seconds(), totals.outputLength(),
                totals.cycles(), board.clockMHz());
        console.result("  energy        %,.4g J, %,.4g J/token, %,.1f W (estimate, coefficients of"
                + " the board file)", totals.joules(), totals.joulesPerToken(),
                totals.joules() / totals.seconds());
    }

    ObjectNode json() {
        ObjectNode out = Console.newObject();
        out.put("board", board.name());
        out.put("promptLength", totals.promptLength());
        out.put("outputLength", totals.outputLength());
        out.put("steps", totals.reports().size());
        out.put("cycles", totals.cycles());
        out.put("seconds", totals.seconds());
        out.put("timeToFirstTokenMillis", totals.timeToFirstToken() * 1e3);
        out.put("prefillBoundBy", RequestTotals.boundBy(totals.prefill()));
        totals.decodeTokensPerSecond().ifPresent(mean -> {
            out.put("decodeTokensPerSecond", mean);
            out.put("firstDecodeTokensPerSecond", totals.decode().getFirst().tokensPerSecond());
            out.put("lastDecodeTokensPerSecond", totals.decode().getLast().tokensPerSecond());
            out.put("decodeBoundBy", RequestTotals.boundBy(totals.decode()));
        });
        out.put("joules", totals.joules());
        out.put("prefillJoules", totals.prefillJoules());
        out.put("joulesPerToken", totals.joulesPerToken());
        return out;
    }

    /** A line a step. */
    String csv(ProgramSet programs) {
        var out = new StringBuilder("step,program,position,tokens,cycles,milliseconds,"
                + "tokensPerSecond,bytesMoved,hbmBytes,joules,boundBy\n");
        for (int i = 0; i < totals.reports().size(); i++) {
            CycleReport r = totals.reports().get(i);
            ServedProgram program = programs.of(r.position(), r.tokens());
            out.append(String.format(Locale.ROOT, "%d,%s,%d,%d,%d,%.6f,%.3f,%d,%d,%.6f,%s%n", i,
                    program.name(), r.position(), r.tokens(), r.cycles(), r.seconds() * 1e3,
                    r.tokensPerSecond(), r.bytesMoved(), r.hbmBytes(), r.joules(),
                    r.boundBy().text()));
        }
        return out.toString();
    }
}
