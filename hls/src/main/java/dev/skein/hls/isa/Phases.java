package dev.skein.hls.isa;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/**
 * Which SYNC comes next after each place of a stream, in any trip of the loops around it. Until
 * then other cores may broadcast into the gather interval of that SYNC.
 */
final class Phases {
    private static final int[] NONE = {};

    private final int[][] next;

    /** The stream must have balanced loops. */
    Phases(List<Instruction> stream) {
        var firstInLoop = new HashMap<Integer, Integer>();
        var open = new ArrayDeque<Integer>();
        var headOf = new HashMap<Integer, Integer>();
        for (int i = 0; i < stream.size(); i++) {
            switch (stream.get(i)) {
                case Instruction.Loop _ -> open.push(i);
                case Instruction.EndLoop _ -> headOf.put(i, open.pop());
                case Instruction.Barrier _ -> {
                    for (int head : open) {
                        firstInLoop.putIfAbsent(head, i);
                    }
                }
                case Instruction.OnUnit _, Instruction.SetBase _, Instruction.End _,
                        Instruction.SetSpan _, Instruction.Repeat _,
                        Instruction.EndRepeat _ -> { }
            }
        }
        next = new int[stream.size()][];
        int[] current = NONE;
        for (int i = stream.size() - 1; i >= 0; i--) {
            next[i] = current;
            Instruction instruction = stream.get(i);
            if (instruction instanceof Instruction.Barrier) {
                current = new int[] {i};
            } else if (instruction instanceof Instruction.EndLoop) {
                current = with(current, firstInLoop.get(headOf.get(i)));
            }
        }
    }

    /** Indices of the SYNCs that may come next after instruction {@code index} has run. */
    int[] after(int index) {
        return next[index];
    }

    private static int[] with(int[] set, Integer more) {
        if (more == null || Arrays.stream(set).anyMatch(s -> s == more)) {
            return set;
        }
        int[] out = Arrays.copyOf(set, set.length + 1);
        out[set.length] = more;
        return out;
    }
}
