package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Instruction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What a stream has in common with that of another core: instructions that are equal, off-chip
 * offsets relative to base registers included, at the same place between the same barriers. The
 * places are counted from the barrier before or from the one behind, whichever finds more.
 */
final class Alike {
    private Alike() {
    }

    /** Indices of {@code stream} whose instruction {@code other} has too. */
    static BitSet of(List<Instruction> other, List<Instruction> stream) {
        var out = new BitSet(stream.size());
        List<Integer> a = ends(other);
        List<Integer> b = ends(stream);
        int fromA = 0;
        int fromB = 0;
        for (int k = 0; k < Math.min(a.size(), b.size()); k++) {
            segment(other.subList(fromA, a.get(k)), stream.subList(fromB, b.get(k)), fromB, out);
            fromA = a.get(k);
            fromB = b.get(k);
        }
        return out;
    }

    private static List<Integer> ends(List<Instruction> stream) {
        var out = new ArrayList<Integer>();
        for (int i = 0; i < stream.size(); i++) {
            if (stream.get(i) instanceof Instruction.Barrier || i == stream.size() - 1) {
                out.add(i + 1);
            }
        }
        return out;
    }

    private static void segment(List<Instruction> a, List<Instruction> b, int at, BitSet out) {
        int common = Math.min(a.size(), b.size());
        var before = new BitSet();
        var behind = new BitSet();
        for (int i = 0; i < common; i++) {
            before.set(at + i, a.get(i).equals(b.get(i)));
            behind.set(at + b.size() - 1 - i,
                    a.get(a.size() - 1 - i).equals(b.get(b.size() - 1 - i)));
        }
        out.or(before.cardinality() >= behind.cardinality() ? before : behind);
    }
}
