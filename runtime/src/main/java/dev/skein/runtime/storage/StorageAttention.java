package dev.skein.runtime.storage;

import dev.skein.sim.storage.Attention;
import dev.skein.sim.storage.Choice;
import java.util.LinkedHashMap;
import java.util.Map;

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

    private static final int LARGEST = 1 << 20;

    /**
     * Reads a form.
     *
     * @throws IllegalArgumentException in one line, if it is none
     */
    public static StorageAttention parse(String text) {
        if (text.equals("dense")) {
            return new StorageAttention(text, new Attention.Dense());
        }
        if (!text.startsWith("sparf:")) {
            throw bad(text, "there is no such attention in a drive");
        }
        Map<String, Integer> fields = fields(text, text.substring("sparf:".length()));
        int r = take(text, fields, "r");
        int k = take(text, fields, "k");
        int local = take(fields, "local", 1);
        int entries = take(fields, "entries", ENTRIES);
        int run = take(fields, "run", RUN_TOKENS);
        int seed = take(fields, "seed", 1);
        if (!fields.isEmpty()) {
            throw bad(text, "'" + fields.keySet().iterator().next() + "' is no field of sparf");
        }
        try {
            return new StorageAttention(text, new Attention.SparF(r, k, local, entries,
                    new Choice(seed, run)));
        } catch (IllegalArgumentException e) {
            throw bad(text, e.getMessage());
        }
    }

    private static Map<String, Integer> fields(String text, String list) {
        var out = new LinkedHashMap<String, Integer>();
        for (String field : list.split(",", -1)) {
            String[] pair = field.split("=", -1);
            if (pair.length != 2 || !pair[1].matches("\\d{1,7}")
                    || Integer.parseInt(pair[1]) > LARGEST) {
                throw bad(text, "'" + field + "' is no name=number with a number from 0 to "
                        + LARGEST);
            }
            if (out.put(pair[0], Integer.parseInt(pair[1])) != null) {
                throw bad(text, pair[0] + " is there twice");
            }
        }
        return out;
    }

    private static int take(String text, Map<String, Integer> fields, String name) {
        if (!fields.containsKey(name)) {
            throw bad(text, name + " is missing");
        }
        return fields.remove(name);
    }

    private static int take(Map<String, Integer> fields, String name, int otherwise) {
        Integer value = fields.remove(name);
        return value == null ? otherwise : value;
    }

    private static IllegalArgumentException bad(String text, String what) {
        return new IllegalArgumentException("attention '" + text + "': " + what + "; allowed: "
                + FORMS);
    }
}
