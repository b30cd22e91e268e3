package dev.skein.compiler.attention;

import dev.skein.hls.number.Sparf;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Policies as text: {@code sparf:r=16,k=128,local=64}. */
public final class PolicyText {
    /** The forms, for people; what is in brackets may be left out. */
    public static final String FORMS = "dense, sparf:r=R,k=K[,local=L], sparq:r=R,k=K[,local=L],"
            + " h2o:k=K[,local=L], keyformer:k=K[,local=L][,seed=N],"
            + " streaming:[sinks=N,]window=W or local:window=W";

    private static final int SINKS = 4;

    private final String text;
    private final Map<String, Integer> fields = new LinkedHashMap<>();

    private PolicyText(String text, String fields) {
        this.text = text;
        for (String field : fields.isEmpty() ? List.<String>of()
                : Arrays.asList(fields.split(",", -1))) {
            int equal = field.indexOf('=');
            if (equal < 1 || this.fields.put(field.substring(0, equal),
                    number(field, field.substring(equal + 1))) != null) {
                throw wrong("'" + field + "' is no name=number, or the name is there twice");
            }
        }
    }

    /**
     * Reads a policy.
     *
     * @throws IllegalArgumentException in one sentence, if it is none
     */
    public static AttentionPolicy parse(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        var in = new PolicyText(text, colon < 0 ? "" : text.substring(colon + 1));
        AttentionPolicy policy = switch (name) {
            case "dense" -> new AttentionPolicy.Dense();
            case "sparf" -> new AttentionPolicy.SparF(in.sparf());
            case "sparq" -> new AttentionPolicy.SparQ(in.sparf());
            case "h2o" -> {
                int k = in.take("k");
                yield new AttentionPolicy.HeavyHitter(k, in.take("local", Math.max(1, k / 2)));
            }
            case "keyformer" -> {
                int k = in.take("k");
                yield new AttentionPolicy.KeyTokens(k, in.take("local", Math.max(1, k / 2)),
                        in.take("seed", 1));
            }
            case "streaming" -> new AttentionPolicy.Streaming(in.take("sinks", SINKS),
                    in.take("window"));
            case "local" -> new AttentionPolicy.Local(in.take("window"));
            default -> throw in.wrong("there is no '" + name + "'");
        };
        if (!in.fields.isEmpty()) {
            throw in.wrong("'" + in.fields.keySet().iterator().next() + "' is no field of "
                    + name);
        }
        return policy;
    }

    /** What {@link #parse} reads again. */
    static String of(String name, Sparf sparf) {
        return name + ":r=" + sparf.channels() + ",k=" + sparf.tokens() + ",local="
                + sparf.local();
    }

    private Sparf sparf() {
        return new Sparf(take("r"), take("k"), take("local", 1));
    }

    private int take(String name) {
        if (!fields.containsKey(name)) {
            throw wrong(name + " is missing");
        }
        return fields.remove(name);
    }

    private int take(String name, int otherwise) {
        return fields.containsKey(name) ? fields.remove(name) : otherwise;
    }

    private int number(String field, String digits) {
        var value = digits.matches("\\d{1,10}") ? parseInt(digits) : OptionalInt.empty();
        return value.orElseThrow(() -> wrong("'" + field + "' has no number from 0 to "
                + Integer.MAX_VALUE));
    }

    private static OptionalInt parseInt(String digits) {
        long value = Long.parseLong(digits);
        return value > Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of((int) value);
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("attention '" + text + "': " + what + "; allowed: "
                + FORMS);
    }
}
