package dev.skein.runtime.explore;

/**
 * What became of a candidate.
 *
 * @param task the candidate
 * @param refusal why it cannot be built or the model cannot be compiled for it; empty if measured
 * @param decodeTokensPerSecond of the decode step; 0 if refused
 * @param prefillTokensPerSecond of a prompt as long as the context; 0 if refused
 * @param joulesPerToken of the decode step; 0 if refused
 * @param load of the resource and SLR with the least room, need over usable
 */
public record Outcome(Task task, String refusal, double decodeTokensPerSecond,
        double prefillTokensPerSecond, double joulesPerToken, double load) {

    static Outcome refused(Task task, String why) {
        return new Outcome(task, why, 0, 0, 0, 0);
    }

    /** Whether the candidate was measured. */
    public boolean measured() {
        return refusal.isEmpty();
    }

    /** Whether this is at least as good as another in each objective and better in one. */
    boolean dominates(Outcome o) {
        boolean worse = decodeTokensPerSecond < o.decodeTokensPerSecond
                || prefillTokensPerSecond < o.prefillTokensPerSecond
                || joulesPerToken > o.joulesPerToken || load > o.load;
        boolean better = decodeTokensPerSecond > o.decodeTokensPerSecond
                || prefillTokensPerSecond > o.prefillTokensPerSecond
                || joulesPerToken < o.joulesPerToken || load < o.load;
        return !worse && better;
    }
}
