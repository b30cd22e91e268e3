package dev.skein.runtime.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.number.Sfu;
import dev.skein.runtime.Sampler;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Choices against their definition in docs/numbers.md, in big integers, and as probabilities. */
class ChoiceTest {
    private static final long SEED = 20261126;

    /** The definition, word by word. */
    private static int defined(Choice choice, float[] logits) {
        double most = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max()
                .orElseThrow();
        List<BigInteger> weights = new ArrayList<>();
        for (float logit : logits) {
            weights.add(BigInteger.valueOf((long) (0x1p40
                    * Sfu.exp((logit - (float) most) * choice.factor()))));
        }
        List<Integer> order = byFallingLogit(logits);
        if (choice.topK() > 0 && choice.topK() < order.size()) {
            order = order.subList(0, choice.topK());
        }
        BigInteger all = sum(order, weights);
        if (choice.topP() < Choice.ALL) {
            BigInteger needed = all.multiply(BigInteger.valueOf(choice.topP())).shiftRight(31)
                    .max(BigInteger.ONE);
            int n = 1;
            while (sum(order.subList(0, n), weights).compareTo(needed) < 0) {
                n++;
            }
            order = order.subList(0, n);
        }
        BigInteger at = sum(order, weights).multiply(
                new BigInteger(Long.toUnsignedString(choice.random()))).shiftRight(64);
        for (int id : order.stream().sorted().toList()) {
            at = at.subtract(weights.get(id));
            if (at.signum() < 0) {
                return id;
            }
        }
        throw new AssertionError("no token");
    }

    private static List<Integer> byFallingLogit(float[] logits) {
        return IntStream.range(0, logits.length).boxed()
                .sorted(Comparator.comparing((Integer i) -> -(logits[i] + 0.0))).toList();
    }

    private static BigInteger sum(List<Integer> ids, List<BigInteger> weights) {
        return ids.stream().map(weights::get).reduce(BigInteger.ZERO, BigInteger::add);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 17, 172})
    void isTheDefinition(int vocab) {
        var random = new Random(SEED + vocab);
        for (int i = 0; i < 400; i++) {
            float[] logits = RandomChoices.logits(random, vocab, i % RandomChoices.KINDS);
            Choice choice = RandomChoices.choice(random, vocab);
            assertEquals(defined(choice, logits), choice.of(logits), "seed " + (SEED + vocab)
                    + ", case " + i + ": " + choice);
        }
    }

    /** Chi-squared of 100,000 tokens, against the 99.9 % quantile for so many kept tokens. */
    @ParameterizedTest
    @CsvSource({"1, 0, 1, 24.3", "0.5, 0, 1, 24.3", "2, 5, 1, 18.5", "1, 0, 0.8, 13.8"})
    void isAsLikelyAsItsProbability(double temperature, int topK, double topP, double limit) {
        float[] logits = {0.5f, 2, -1, 1.5f, 1, 0, 2.5f, -0.5f};
        var sampler = new Sampler(new Sampler.Options(temperature, topK, topP, SEED));
        int tokens = 100_000;
        int[] counts = new int[logits.length];
        for (int i = 0; i < tokens; i++) {
            counts[sampler.next().of(logits)]++;
        }
        double[] p = new double[logits.length];
        double all = 0;
        List<Integer> order = byFallingLogit(logits);
        for (int i : order.subList(0, topK == 0 ? order.size() : topK)) {
            p[i] = Math.exp(logits[i] / temperature);
            all += p[i];
        }
        double kept = 0;
        for (int i : order) {
            p[i] = kept < topP * all ? p[i] : 0;
            kept += p[i];
        }
        double squares = 0;
        for (int i = 0; i < p.length; i++) {
            double expected = tokens * p[i] / kept;
            assertTrue(expected > 0 || counts[i] == 0, "token " + i + " was cut");
            squares += expected == 0 ? 0 : (counts[i] - expected) * (counts[i] - expected)
                    / expected;
        }
        assertTrue(squares < limit, squares + ", seed " + SEED);
    }

    @Test
    void refusesWhatIsNoChoice() {
        assertThrows(IllegalArgumentException.class, () -> new Choice(0, 0, 1, 0));
        assertThrows(IllegalArgumentException.class,
                () -> new Choice(Float.POSITIVE_INFINITY, 0, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Choice(1, -1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Choice(1, 0, 0, 0));
        assertThrows(IllegalArgumentException.class,
                () -> new Choice(1, 0, Choice.ALL + 1, 0));
        assertThrows(IllegalArgumentException.class,
                () -> Choice.require(List.of(), List.of(Choice.GREEDY)));
    }
}
