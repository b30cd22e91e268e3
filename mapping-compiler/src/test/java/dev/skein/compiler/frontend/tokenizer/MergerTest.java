package dev.skein.compiler.frontend.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The heap against the definition: scan for the lowest rank, merge the leftmost, repeat. */
class MergerTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void mergesAsTheDefinitionSays(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int symbols = 2 + random.nextInt(12);
            // few ranks give equal ones, as equal scores do; a small table must grow
            int ranks = 1 + random.nextInt(20);
            PairTable table = new PairTable(1);
            for (int i = random.nextInt(60); i > 0; i--) {
                table.put(random.nextInt(symbols), random.nextInt(symbols),
                        random.nextInt(ranks), random.nextInt(symbols));
            }
            List<Integer> word = new ArrayList<>();
            for (int i = random.nextInt(200); i > 0; i--) {
                word.add(random.nextInt(symbols + 1) - 1);
            }
            assertEquals(slowly(word, table), merged(word, table),
                    "seed " + seed + " round " + round);
        }
    }

    private static List<Integer> merged(List<Integer> word, PairTable table) {
        Merger merger = new Merger(table);
        List<Integer> result = new ArrayList<>();
        for (int repeat = 0; repeat < 2; repeat++) {
            merger.start(word.size());
            for (int i = 0; i < word.size(); i++) {
                merger.set(i, word.get(i));
            }
            merger.run();
            result.clear();
            for (int i = 0; i < word.size(); i++) {
                if (merger.starts(i)) {
                    result.add(merger.symbol(i) == Integer.MAX_VALUE ? -1 : merger.symbol(i));
                }
            }
        }
        return result;
    }

    private static List<Integer> slowly(List<Integer> word, PairTable table) {
        List<Integer> symbols = new ArrayList<>(word);
        while (true) {
            long best = PairTable.NONE;
            int at = -1;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                boolean known = symbols.get(i) >= 0 && symbols.get(i + 1) >= 0;
                long pair = known ? table.get(symbols.get(i), symbols.get(i + 1))
                        : PairTable.NONE;
                if (pair >>> 32 < best >>> 32) {
                    best = pair;
                    at = i;
                }
            }
            if (at < 0) {
                return symbols;
            }
            symbols.set(at, (int) best);
            symbols.remove(at + 1);
        }
    }
}
