package dev.skein.compiler.fpga;

import dev.skein.hls.isa.VerifiedProgram;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The programs of a model, all on the same memory and KV cache. A device picks the one of a step by
 * POS and CNT: the phase by CNT (one token is decoded), the lengths by CTX = POS + CNT.
 *
 * @param programs by phase, then by the lengths they serve; those of a phase serve every context
 *     from 1 to the same longest one, each context once, and each takes as many tokens as the
 *     longest one, or as its own contexts allow
 */
public record ProgramSet(List<ServedProgram> programs) {
    /** Sorts and checks. */
    public ProgramSet {
        programs = programs.stream().sorted(Comparator.comparing(ServedProgram::phase)
                .thenComparing(ServedProgram::firstContext)).toList();
        if (programs.isEmpty()) {
            throw new IllegalArgumentException("a set of no programs");
        }
        int longest = programs.getLast().lastContext();
        for (Phase phase : Phase.values()) {
            check(programs.stream().filter(p -> p.phase() == phase).toList(), longest);
        }
    }

    private static void check(List<ServedProgram> programs, int longest) {
        int served = 0;
        for (ServedProgram p : programs) {
            if (p.firstContext() != served + 1) {
                throw new IllegalArgumentException("program " + p.name() + " serves contexts from "
                        + p.firstContext() + "; after " + served + " comes " + (served + 1));
            }
            served = p.lastContext();
            int tokens = Math.min(served, programs.getLast().maxTokens());
            if (p.maxTokens() != tokens) {
                throw new IllegalArgumentException("program " + p.name() + " takes "
                        + p.maxTokens() + " tokens a step; needed are " + tokens);
            }
        }
        if (served != 0 && served != longest) {
            throw new IllegalArgumentException("the " + programs.getLast().phase()
                    + " programs serve contexts up to " + served + " of " + longest);
        }
    }

    /** A program that serves all its lengths. */
    public static ServedProgram parametric(Phase phase, VerifiedProgram program) {
        return new ServedProgram(phase, 1, program.program().maxContext(), program);
    }

    /** Whether these are the programs of {@link LengthStrategy#BUCKETS}. */
    boolean inBuckets() {
        return phases().stream().anyMatch(phase -> of(phase).size() > 1
                && of(phase).getFirst().lastContext() == Buckets.width(phase));
    }

    /** The phases that have programs. */
    public List<Phase> phases() {
        return Stream.of(Phase.values()).filter(phase -> !of(phase).isEmpty()).toList();
    }

    /** The programs of a phase, shortest contexts first. */
    public List<ServedProgram> of(Phase phase) {
        return programs.stream().filter(p -> p.phase() == phase).toList();
    }

    /**
     * The program of a phase that serves the longest contexts. Regions, buffers and largest step
     * of all others are the same.
     *
     * @throws IllegalArgumentException if there is none
     */
    public VerifiedProgram longest(Phase phase) {
        List<ServedProgram> all = of(phase);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("not compiled for " + phase);
        }
        return all.getLast().program();
    }

    /**
     * The program for a phase and a context.
     *
     * @param context tokens in the cache after the step
     * @throws IllegalArgumentException if none serves it
     */
    public ServedProgram at(Phase phase, int context) {
        List<ServedProgram> all = of(phase);
        for (ServedProgram p : all) {
            if (context >= p.firstContext() && context <= p.lastContext()) {
                return p;
            }
        }
        throw new IllegalArgumentException("no " + phase + " program for context " + context
                + (all.isEmpty() ? "" : ", allowed: 1 to " + all.getLast().lastContext()));
    }

    /**
     * The program a device picks for a step.
     *
     * @param position POS, tokens in the cache before the step
     * @param tokens CNT, tokens of the step
     */
    public ServedProgram of(int position, int tokens) {
        return at(tokens == 1 ? Phase.DECODE : Phase.PREFILL, Math.addExact(position, tokens));
    }

    /** The longest context, positions of the KV cache. */
    public int maxContext() {
        return programs.getLast().lastContext();
    }

    /** Encoded size of all programs, all cores, bytes. */
    public long encodedBytes() {
        return programs.stream().mapToLong(p -> p.program().program().encodedBytes()).sum();
    }
}
