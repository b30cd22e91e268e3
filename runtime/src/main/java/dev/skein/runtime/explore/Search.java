package dev.skein.runtime.explore;

import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.hls.board.Boards;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A search for one workload and seed, from a board file to a better one. */
public final class Search {
    private final Task.Workload workload;
    private final long seed;
    private final Evaluator evaluator;
    private final Journal.Header header;

    private Search(Task.Workload workload, long seed, Evaluator evaluator,
            Journal.Header header) {
        this.workload = workload;
        this.seed = seed;
        this.evaluator = evaluator;
        this.header = header;
    }

    /**
     * A search.
     *
     * @param model shape of the workload's model
     * @param version of this program: a journal of another one is not continued
     * @throws dev.skein.hls.board.BoardException if the workload's board cannot be read
     */
    public static Search of(Task.Workload workload, long seed, ModelConfig model,
            String version) {
        String text = Boards.text(workload.board());
        return new Search(workload, seed, new Evaluator(BoardText.of(text), model),
                new Journal.Header(version, seed, workload, sha256(text)));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Runs it.
     *
     * @param budget candidates to evaluate
     * @param threads candidates evaluated at once
     * @param journal continued if it exists, begun if not
     * @param progress is told each outcome
     */
    public SearchResult run(int budget, int threads, Optional<Path> journal,
            Consumer<Outcome> progress) throws IOException, InterruptedException {
        var exploration = new Exploration(evaluator, workload, seed);
        try (Journal kept = journal.isEmpty() ? Journal.none()
                : Journal.open(journal.get(), header)) {
            List<Outcome> outcomes = exploration.run(budget, kept, threads, progress);
            return new SearchResult(evaluator.base(), outcomes, exploration.refused());
        }
    }

    /** The values of a candidate, by key of the board file. */
    public Map<String, String> values(Outcome outcome) {
        return outcome.task().design().values(evaluator.base());
    }

    /**
     * The board file of a candidate.
     *
     * @param name of the board
     * @param provenance comment lines at its head
     */
    public String boardFile(String name, Outcome outcome, List<String> provenance) {
        BoardText text = evaluator.boardText(outcome.task().design(),
                "design: found by skein explore, see above");
        String before = text.value("name");
        BoardText named = before.equals(name) ? text
                : text.with(Map.of("name", name), "name of this file");
        return named.under(provenance).text();
    }
}
