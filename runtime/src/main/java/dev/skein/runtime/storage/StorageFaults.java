package dev.skein.runtime.storage;

import dev.skein.sim.storage.FaultPlan;

/**
 * What goes wrong in a drive as text: {@code retries:seed=7}.
 *
 * @param text as it was given
 * @param plan what it means
 */
public record StorageFaults(String text, FaultPlan plan) {
    /** The forms, for people. */
    public static final String FORMS = "none, retries[:seed=N], page:read=N, die:channel=C,die=D,"
            + " powercut:us=T, removed:us=T or lost:command=N";
    private static final long PICOS_PER_MICRO = 1_000_000;

    /**
     * Reads a form.
     *
     * @throws IllegalArgumentException in one line, if it is none
     */
    public static StorageFaults parse(String text) {
        var fields = new Fields("faults", text, FORMS);
        FaultPlan plan = switch (fields.kind()) {
            case "none" -> FaultPlan.NONE;
            case "retries" -> FaultPlan.retries(fields.take("seed", 1));
            case "page" -> FaultPlan.NONE.withFailedPage(fields.take("read"));
            case "die" -> FaultPlan.NONE.withFailedDie(fields.take("channel"),
                    fields.take("die"));
            case "powercut" -> FaultPlan.NONE.withPowerCut(PICOS_PER_MICRO * fields.take("us"));
            case "removed" -> FaultPlan.NONE.withRemoval(PICOS_PER_MICRO * fields.take("us"));
            case "lost" -> FaultPlan.NONE.withLostCompletion(fields.take("command"));
            default -> throw fields.bad("there is no such fault");
        };
        fields.end();
        return new StorageFaults(text, plan);
    }
}
