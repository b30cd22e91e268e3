package dev.skein.runtime.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.resource.FitCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search on a model of one layer, so that a candidate takes milliseconds. */
class ExplorationTest {
    private static final int BUDGET = 40;
    private static final long SEED = 20;
    private static final Task.Workload WORKLOAD =
            new Task.Workload("u280", "opt-125m", "w4", 16);

    private static ModelConfig model() throws IOException {
        try (Model model = Model.open("opt-125m")) {
            ModelConfig c = model.config();
            return new ModelConfig(c.name(), c.family(), c.vocabSize(), c.hiddenSize(), 1,
                    c.maxPositions(), c.attention(), c.mlp(), c.norm(), c.positions(),
                    c.tiedEmbeddings(), c.special());
        }
    }

    private static SearchResult search(long seed, int budget, int threads, Optional<Path> journal)
            throws IOException, InterruptedException {
        return Search.of(WORKLOAD, seed, model(), "test").run(budget, threads, journal, _ -> { });
    }

    @Test
    void theSeedDecidesAndNotTheThreads() throws Exception {
        SearchResult one = search(SEED, BUDGET, 1, Optional.empty());
        SearchResult three = search(SEED, BUDGET, 3, Optional.empty());
        assertEquals(one, three, "seed " + SEED);
        SearchResult other = search(SEED + 1, 3, 1, Optional.empty());
        assertFalse(one.outcomes().subList(0, 3).equals(other.outcomes()), "seed " + SEED);
        assertTrue(one.refused() > 0, "some proposals do not fit the card");
        assertTrue(one.best().orElseThrow().decodeTokensPerSecond()
                >= one.outcomes().getFirst().decodeTokensPerSecond());
    }

    @Test
    void resumedEqualsUninterrupted(@TempDir Path folder) throws Exception {
        SearchResult whole = search(SEED, BUDGET, 2, Optional.of(folder.resolve("whole")));
        Path file = folder.resolve("journal");
        search(SEED, 21, 2, Optional.of(file));
        String text = Files.readString(file);
        assertEquals(22, text.lines().count());
        // A crash in the middle of a line.
        Files.writeString(file, text.substring(0, text.length() - 40));
        var evaluated = new ArrayList<Integer>();
        SearchResult resumed = Search.of(WORKLOAD, SEED, model(), "test").run(BUDGET, 2,
                Optional.of(file), o -> evaluated.add(o.task().index()));
        assertEquals(whole, resumed, "seed " + SEED);
        assertEquals(BUDGET, evaluated.size());
        assertEquals(BUDGET + 1, Files.readString(file).lines().count(),
                "what was known was not evaluated again");
        assertEquals(Files.readString(folder.resolve("whole")).lines().sorted().toList(),
                Files.readString(file).lines().sorted().toList());
    }

    @Test
    void aJournalOfAnotherSearchIsRefused(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("journal");
        search(SEED, 1, 1, Optional.of(file));
        String message = assertThrows(IllegalArgumentException.class,
                () -> search(SEED + 1, 1, 1, Optional.of(file))).getMessage();
        assertTrue(message.startsWith(file + ": line 1: the journal of another search: found {"),
                message);
        Files.writeString(file, Files.readString(file) + "{\"task\":\n");
        String broken = assertThrows(IllegalArgumentException.class,
                () -> search(SEED, 1, 1, Optional.of(file))).getMessage();
        assertTrue(broken.startsWith(file + ": line 3: not a line of a journal"), broken);
    }

    @Test
    void tasksAndOutcomesRoundTripAsJson() throws Exception {
        var json = new ObjectMapper();
        Board board = Boards.load("u280");
        var space = new DesignSpace(board);
        var random = new SplittableRandom(SEED);
        for (int i = 0; i < 200; i++) {
            Task task = new Task(i, random.nextLong(), space.random(random), WORKLOAD);
            Outcome outcome = i % 2 == 0 ? Outcome.refused(task, "too \"large\"\n")
                    : new Outcome(task, "", random.nextDouble(), 1e-7, 3, 1.0 / 3);
            assertEquals(outcome, json.readValue(json.writeValueAsString(outcome), Outcome.class),
                    "seed " + SEED + ", " + i);
        }
    }

    @Test
    void everyDesignIsABoardOrIsRefusedByTheModel() throws Exception {
        var evaluator = new Evaluator(BoardText.of(Boards.text("u280")), model());
        var space = new DesignSpace(evaluator.base());
        var random = new SplittableRandom(SEED);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            Design design = space.mutation(space.random(random), random);
            Board board = Boards.parse("b", evaluator.boardText(design, "why").text());
            assertEquals(design, Design.of(board), "seed " + SEED + ", " + i);
            assertTrue(board.cores() <= 6 && board.hbmChannels() == 32);
            if (FitCheck.problem(board).isPresent()) {
                refused++;
                assertThrows(BoardException.class, () -> evaluator.board(design));
                Outcome outcome = evaluator.evaluate(new Task(0, 0, design, WORKLOAD));
                assertTrue(outcome.refusal().contains("does not fit"), outcome.refusal());
            }
        }
        assertTrue(refused > 50 && refused < 300, refused + " refused, seed " + SEED);
    }

    @Test
    void theFrontIsWhatNothingBeats() {
        Task.Workload w = WORKLOAD;
        Design d = Design.of(Boards.load("u280"));
        List<Outcome> all = List.of(new Outcome(new Task(0, 0, d, w), "", 10, 10, 1, 0.5),
                new Outcome(new Task(1, 0, d, w), "", 20, 9, 1, 0.5),
                new Outcome(new Task(2, 0, d, w), "", 19, 9, 1, 0.5),
                new Outcome(new Task(3, 0, d, w), "", 15, 10, 1, 0.6),
                Outcome.refused(new Task(4, 0, d, w), "no"),
                new Outcome(new Task(5, 0, d, w), "", 20, 9, 1, 0.5));
        assertEquals(List.of(1, 3, 0),
                Pareto.front(all).stream().map(o -> o.task().index()).toList());
        assertEquals(3, Pareto.best(all).orElseThrow().task().index(),
                "the fastest that prefills no slower than the first");
        assertTrue(Pareto.best(List.of(all.get(4))).isEmpty());
    }
}
