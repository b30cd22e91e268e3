package dev.skein.compiler.calibrate;

import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.model.Model;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which calibration texts a model writes.
 *
 * @param seed of the random numbers
 * @param texts how many
 */
public record Calibration(long seed, int texts) {
    /** Where nothing else is asked for. */
    public static final Calibration DEFAULT = new Calibration(1, 32);
    /** Tokens of a text, BOS included, where the model has as many positions. */
    public static final int TOKENS = 256;

    private static final int MAX_TEXTS = 4096;
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18})/(\\d{1,4})");

    public Calibration {
        if (texts < 1 || texts > MAX_TEXTS) {
            throw new IllegalArgumentException("calibration texts: found " + texts
                    + ", allowed are 1 to " + MAX_TEXTS);
        }
    }

    /**
     * The calibration of {@code 1/32}: seed and number of texts.
     *
     * @throws IllegalArgumentException saying what to write
     */
    public static Calibration parse(String text) {
        Matcher m = TEXT.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("calibration \"" + text
                    + "\": write SEED/TEXTS, such as 1/32");
        }
        return new Calibration(Long.parseLong(m.group(1)), Integer.parseInt(m.group(2)));
    }

    /**
     * Has a model write the texts.
     *
     * @throws IllegalArgumentException if the model has no token that begins a text
     */
    public List<int[]> sample(Model model) {
        int bos = model.header().tokenizer().flatMap(t -> t.bos().stream().boxed().findFirst())
                .orElseThrow(() -> new IllegalArgumentException("model " + model.config().name()
                        + " has no BOS token, so it cannot write calibration texts: choose"
                        + " --method magnitude"));
        return SampledText.sample(GraphBuilder.build(model.config()), model.weights(), bos, seed,
                texts, TOKENS);
    }

    @Override
    public String toString() {
        return seed + "/" + texts;
    }
}
