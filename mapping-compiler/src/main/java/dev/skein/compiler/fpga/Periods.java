package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Registers;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds what repeats in a stream: instructions that are equal to those one period before up to a
 * step of their off-chip offset, one step for each base register.
 */
final class Periods {
    /** Periods tried at each place: the distances at which most instructions come again. */
    private static final int CANDIDATES = 8;

    /**
     * A repetition.
     *
     * @param from first instruction of the first trip
     * @param length instructions of a trip
     * @param trips at least 2
     * @param steps bytes by which the offsets relative to each base register grow with each trip
     */
    record Run(int from, int length, int trips, List<Long> steps) {
        /** One past the last instruction. */
        int to() {
            return from + length * trips;
        }

        /** Instructions that need not be stored. */
        int saved() {
            return length * (trips - 1);
        }
    }

    private final int[] kinds;
    private final int[] bases;
    private final long[] offsets;
    /** Loops open before each instruction. */
    private final int[] depths;

    /** Prepares the search in a stream without REP and SETB. */
    Periods(List<Instruction> stream) {
        int n = stream.size();
        kinds = new int[n];
        bases = new int[n];
        offsets = new long[n];
        depths = new int[n];
        Map<Instruction, Integer> known = new HashMap<>();
        int depth = 0;
        for (int i = 0; i < n; i++) {
            Instruction instruction = stream.get(i);
            bases[i] = -1;
            if (instruction instanceof Instruction.Transfer t) {
                bases[i] = t.base();
                offsets[i] = t.offset();
            }
            int next = known.size();
            Integer kind = known.putIfAbsent(atZero(instruction), next);
            kinds[i] = kind == null ? next : kind;
            depths[i] = depth;
            depth += instruction instanceof Instruction.Loop ? 1
                    : instruction instanceof Instruction.EndLoop ? -1 : 0;
        }
    }

    private static Instruction atZero(Instruction instruction) {
        return switch (instruction) {
            case Instruction.Load i -> new Instruction.Load(i.tokens(), i.dstSpace(), i.dst(),
                    i.memory(), i.base(), 0, i.positionStride(), i.rowBytes(), i.count());
            case Instruction.Store i -> new Instruction.Store(i.tokens(), i.srcSpace(), i.src(),
                    i.memory(), i.base(), 0, i.positionStride(), i.rowBytes(), i.count());
            case Instruction i -> i;
        };
    }

    /** The repetition in {@code [from, to)} that saves most instructions. */
    Optional<Run> best(int from, int to) {
        return Arrays.stream(candidates(from, to)).mapToObj(length -> longest(from, to, length))
                .flatMap(Optional::stream).max(Comparator.comparingInt(Run::saved));
    }

    /** The distances at which most instructions come again. */
    private int[] candidates(int from, int to) {
        Map<Integer, Integer> last = new HashMap<>();
        Map<Integer, Integer> counts = new HashMap<>();
        for (int i = from; i < to; i++) {
            Integer before = last.put(kinds[i], i);
            if (before != null) {
                counts.merge(i - before, 1, Integer::sum);
            }
        }
        return counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(CANDIDATES).mapToInt(Map.Entry::getKey).toArray();
    }

    private Optional<Run> longest(int from, int to, int length) {
        Run best = null;
        int start = from;
        long[] steps = unknown();
        for (int i = from; i + length <= to; i++) {
            boolean goesOn = i + length < to && comesAgain(i, length, steps);
            if (!goesOn) {
                Run run = run(start, i - start, length, steps);
                best = run != null && (best == null || run.saved() > best.saved()) ? run : best;
                start = i + 1;
                steps = unknown();
            }
        }
        return Optional.ofNullable(best);
    }

    private static long[] unknown() {
        long[] steps = new long[Registers.BASES];
        Arrays.fill(steps, -1);
        return steps;
    }

    private boolean comesAgain(int i, int length, long[] steps) {
        int j = i + length;
        if (kinds[i] != kinds[j]) {
            return false;
        }
        if (bases[i] >= 0) {
            long step = offsets[j] - offsets[i];
            if (step < 0 || steps[bases[i]] >= 0 && steps[bases[i]] != step) {
                return false;
            }
            steps[bases[i]] = step;
        }
        return true;
    }

    /** The whole trips of a stretch of {@code alike} instructions that come again. */
    private Run run(int start, int alike, int length, long[] steps) {
        int from = start;
        while (from < start + alike && depths[from] > 0) {
            from++;
        }
        int trips = (start + alike - from) / length + 1;
        // A trip that opens more loops than it closes cannot be a body.
        if (trips < 2 || depths[from + length] > 0) {
            return null;
        }
        return new Run(from, length, trips,
                Arrays.stream(steps).map(s -> Math.max(0, s)).boxed().toList());
    }
}
