package dev.skein.runtime.storage;

import dev.skein.sim.storage.Attention;
import dev.skein.sim.storage.Choice;

/**
 * Attention of a drive as text: {@code dense} or {@code sparf:r=16,k=128,local=64}.
 *
 * @param text as it was given
 * @param attention which pages it reads
 */
public record StorageAttention(String text, Attention attention) {
    /** The forms, for people; what is in brackets may be left out. */
    public static final String FORMS =
            "dense or sparf:r=R,k=K[,local=L][,entries=E][,run=T][,seed=N]";
    /** Mean run of selected tokens that is calibrated on InstInfer's bytes: docs/validation.md. */
    public static final int RUN_TOKENS = 6;
    /** Entries of a channel-indexed page: the middle one of the paper's 2 to 8. */
    public static final int ENTRIES = 4;

    /**
     * Reads a form.
     *
     * @throws IllegalArgumentException in one line, if it is none
     */
    public static StorageAttention parse(String text) {
        var fields = new Fields("attention", text, FORMS);
        Attention attention = switch (fields.kind()) {
            case "dense" -> new Attention.Dense();
            case "sparf" -> sparf(fields);
            default -> throw fields.bad("there is no such attention in a drive");
        };
        fields.end();
        return new StorageAttention(text, attention);
    }

    private static Attention sparf(Fields fields) {
        int r = fields.take("r");
        int k = fields.take("k");
        int local = fields.take("local", 1);
        int entries = fields.take("entries", ENTRIES);
        int run = fields.take("run", RUN_TOKENS);
        try {
            return new Attention.SparF(r, k, local, entries,
                    new Choice(fields.take("seed", 1), run));
        } catch (IllegalArgumentException e) {
            throw fields.bad(e.getMessage());
        }
    }
}
