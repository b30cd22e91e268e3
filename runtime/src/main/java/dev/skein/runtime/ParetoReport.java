package dev.skein.runtime;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rows of a {@link Pareto} comparison as CSV and as a drawing. */
public final class ParetoReport {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 460;
    private static final int MARGIN = 70;

    private final List<Pareto.Row> rows;
    private final Set<Pareto.Row> front;
    private final String title;

    /**
     * A report.
     *
     * @param title model, board and text
     */
    public ParetoReport(List<Pareto.Row> rows, String title) {
        this.rows = List.copyOf(rows);
        front = Set.copyOf(Pareto.front(rows));
        this.title = title;
    }

    /** Whether no other row is better than this one in all respects. */
    public boolean onFront(Pareto.Row row) {
        return front.contains(row);
    }

    /** One line a row. */
    public String csv() {
        var out = new StringBuilder("scheme,method,perplexity,perplexity_magnitude,perplexity_rtn,"
                + "perplexity_functional,bits_per_weight,tok_per_s,joules_per_token,front\n");
        for (Pareto.Row r : rows) {
            out.append(String.format(Locale.ROOT, "%s,%s,%.4f,%.4f,%.4f,%s,%.4f,%.2f,%.6g,%s%n",
                    r.scheme(), r.method(), r.perplexity(), r.magnitude(), r.rounded(),
                    r.functional().isPresent()
                            ? String.format(Locale.ROOT, "%.4f", r.functional().getAsDouble()) : "",
                    r.bitsPerWeight(), r.tokensPerSecond(), r.joulesPerToken(), onFront(r)));
        }
        return out.toString();
    }

    /**
     * Perplexity, logarithmic, over speed; the area of a circle is its energy a token, and full
     * ones are on the front.
     */
    public String svg() {
        double fastest = rows.stream().mapToDouble(Pareto.Row::tokensPerSecond).max().orElse(1);
        double slowest = rows.stream().mapToDouble(Pareto.Row::tokensPerSecond).min().orElse(0);
        double worst = Math.log(rows.stream().mapToDouble(Pareto.Row::perplexity).max().orElse(2));
        double best = Math.log(rows.stream().mapToDouble(Pareto.Row::perplexity).min().orElse(1));
        double most = rows.stream().mapToDouble(Pareto.Row::joulesPerToken).max().orElse(1);
        var out = new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" \
                font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                <text x="%d" y="24" font-size="14">%s</text>
                <path d="M%d 40V%dH%d" fill="none" stroke="black"/>
                <text x="%d" y="%d">tok/s: %.0f to %.0f</text>
                <text x="14" y="%d" transform="rotate(-90 14 %d)">perplexity (log): %.2f to \
                %.2f</text>
                """, WIDTH, HEIGHT, MARGIN, escaped(title), MARGIN, HEIGHT - MARGIN,
                WIDTH - 20, WIDTH / 2 - 60, HEIGHT - 24, slowest, fastest, HEIGHT / 2 + 60,
                HEIGHT / 2 + 60, Math.exp(best), Math.exp(worst)));
        for (Pareto.Row r : rows) {
            double x = MARGIN + 20 + share(r.tokensPerSecond(), slowest, fastest)
                    * (WIDTH - 2 * MARGIN - 130);
            double y = HEIGHT - MARGIN - 20 - share(Math.log(r.perplexity()), best, worst)
                    * (HEIGHT - 2 * MARGIN - 30);
            double radius = 3 + 9 * Math.sqrt(r.joulesPerToken() / most);
            out.append(String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\""
                    + " fill=\"%s\" stroke=\"#1f5f8b\"><title>%s: perplexity %.4f, %.1f tok/s,"
                    + " %.4g J/token, %.2f bits/weight</title></circle>%n", x, y, radius,
                    onFront(r) ? "#1f5f8b" : "none", escaped(r.scheme()), r.perplexity(),
                    r.tokensPerSecond(), r.joulesPerToken(), r.bitsPerWeight()));
            out.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\">%s</text>%n",
                    x + radius + 3, y + 4, escaped(r.scheme())));
        }
        return out.append("</svg>\n").toString();
    }

    private static double share(double value, double low, double high) {
        return high > low ? (value - low) / (high - low) : 0.5;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
