package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.Comparison.Candidate;
import dev.skein.runtime.Loader;
import dev.skein.runtime.gpu.SimTarget;
import dev.skein.runtime.gpu.TargetComparison;
import dev.skein.runtime.gpu.TargetRow;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Models on boards and GPUs, in one table. */
final class TargetTable {
    /** Tokens, where nothing else is asked for. */
    static final int CONTEXT = 128;
    private static final double GIGA = 1e9;
    private static final String LINE = "%-14s %-14s %-14s %10s %10s %11s %8s %15s  %s";

    private final Console console;
    private final int context;

    TargetTable(Console console, int context) {
        this.console = console;
        this.context = context;
    }

    void print(List<Candidate> models, List<SimTarget> targets) throws IOException {
        if (context < 1) {
            throw new IllegalArgumentException("--context is " + context
                    + ", allowed: 1 or more");
        }
        console.result(LINE, "model", "weights", "target", "decode", "first", "energy", "price",
                "memory GB", "bound by");
        console.result(LINE, "", "", "", "tok/s", "token ms", "J/token", "USD", "needed / has",
                "decode; prompt");
        ObjectNode json = Console.newObject();
        json.put("context", context);
        ArrayNode rows = json.putArray("rows");
        for (Candidate candidate : models) {
            ModelConfig config;
            String weights;
            try (Model model = Model.open(BundledModel.resolve(candidate.spec()))) {
                config = model.config();
                weights = Loader.scheme(model, candidate.weights(), "w4");
            }
            var comparison = new TargetComparison(config, weights, context);
            for (SimTarget target : targets) {
                TargetRow row = comparison.row(target);
                line(config.name(), weights, row);
                json(rows.addObject(), config.name(), weights, row);
            }
        }
        console.note("one sequence: a decode step at %,d tokens, and a prompt as long; boards are"
                + " simulated cycle by cycle, GPUs on an uncalibrated roofline, with their energy"
                + " at most (<=) that of the board's power limit; host time is not counted; prices"
                + " and their dates are in the board and GPU files", context);
        console.object(json);
    }

    private void line(String model, String weights, TargetRow row) {
        String memory = String.format(Locale.ROOT, "%s / %.1f", row.neededBytes() == 0 ? "-"
                : String.format(Locale.ROOT, "%.2f", row.neededBytes() / GIGA),
                row.capacityBytes() / GIGA);
        String price = price(row.priceUSD());
        if (row.cost().isEmpty()) {
            console.result(LINE, model, weights, row.target(), "-", "-", "-", price, memory,
                    row.problem());
            return;
        }
        TargetRow.Cost cost = row.cost().orElseThrow();
        boolean bound = row.method().equals("roofline");
        console.result(LINE, model, weights, row.target(), number("%,.1f", cost.tokensPerSecond()),
                number("%,.1f", 1e3 * cost.firstTokenSeconds()),
                (bound ? "<= " : "") + number("%.3f", cost.joulesPerToken()), price, memory,
                cost.boundBy() + "; " + cost.prefillBoundBy());
    }

    private static String number(String format, double x) {
        return String.format(Locale.ROOT, format, x);
    }

    private static String price(OptionalDouble usd) {
        return usd.isEmpty() ? "-" : number("%,.0f", usd.getAsDouble());
    }

    private static void json(ObjectNode out, String model, String weights, TargetRow row) {
        out.put("model", model).put("weights", weights).put("target", row.target())
                .put("method", row.method());
        row.priceUSD().ifPresent(p -> out.put("priceUSD", p));
        if (row.neededBytes() > 0) {
            out.put("neededBytes", row.neededBytes());
        }
        out.put("capacityBytes", row.capacityBytes());
        if (row.cost().isEmpty()) {
            out.put("problem", row.problem());
            return;
        }
        TargetRow.Cost cost = row.cost().orElseThrow();
        out.put("tokensPerSecond", cost.tokensPerSecond());
        out.put("timeToFirstTokenMillis", 1e3 * cost.firstTokenSeconds());
        out.put("joulesPerToken", cost.joulesPerToken());
        out.put("joulesAreAnUpperBound", row.method().equals("roofline"));
        out.put("boundBy", cost.boundBy());
        out.put("prefillBoundBy", cost.prefillBoundBy());
    }
}
