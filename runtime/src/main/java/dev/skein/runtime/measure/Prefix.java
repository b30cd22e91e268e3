package dev.skein.runtime.measure;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.TokenInsertion;
import dev.skein.hls.isa.VerifiedProgram;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The beginning of a program, itself a program: all up to the same SYNC on every core, then END.
 * Programs are cut outside loops and repetitions; {@link Program#withoutRepetitions} has none left.
 * Each core has heard by then whatever was broadcast to it, so nobody waits for what was cut off.
 *
 * @param part what it has more than the prefix before it, of core 0: {@code to SYNC 4: 3 LD, MV}
 * @param program with tokens of its own, verified
 */
public record Prefix(String part, VerifiedProgram program) {

    /**
     * The prefixes of a program, the shortest first, the whole program last.
     *
     * @param most how many at most, at least 1; those in between are spread evenly
     */
    public static List<Prefix> of(Program program, int most) {
        List<Map<Integer, Integer>> cuts = program.streams().stream().map(Prefix::cuts).toList();
        var common = new TreeSet<>(cuts.getFirst().keySet());
        cuts.forEach(c -> common.retainAll(c.keySet()));
        List<Integer> all = List.copyOf(common);
        var out = new ArrayList<Prefix>();
        int kept = Math.min(most - 1, all.size());
        int from = 0;
        for (int i = 0; i < kept; i++) {
            int sync = all.get((int) ((long) (i + 1) * all.size() / kept) - 1);
            List<List<Instruction>> streams = new ArrayList<>();
            for (int core = 0; core < program.cores(); core++) {
                List<Instruction> stream = program.streams().get(core);
                var cut = new ArrayList<>(stream.subList(0, cuts.get(core).get(sync) + 1));
                cut.add(stream.getLast());
                streams.add(cut);
            }
            int to = streams.getFirst().size() - 1;
            out.add(new Prefix("to SYNC " + sync + ": " + content(program, from, to),
                    verified(program, "sync" + sync, streams)));
            from = to;
        }
        out.add(new Prefix("to END: " + content(program, from,
                program.streams().getFirst().size()), verified(program, "end",
                program.streams())));
        return out;
    }

    private static VerifiedProgram verified(Program program, String to,
            List<List<Instruction>> streams) {
        return ProgramVerifier.verify(TokenInsertion.insert(new Program(program.name() + "-"
                + program.maxContext() + "-" + to, program.maxTokens(), program.maxContext(),
                program.buffers(), program.regions(), streams)));
    }

    /**
     * Where the SYNCs of a stream are that no loop is around, by their number from 1. Cores may
     * differ in what they write as a repetition, so its SYNCs count once a trip.
     */
    private static Map<Integer, Integer> cuts(List<Instruction> stream) {
        var out = new TreeMap<Integer, Integer>();
        var repeats = new ArrayDeque<Instruction.Repeat>();
        var before = new ArrayDeque<Integer>();
        int loops = 0;
        int syncs = 0;
        for (int i = 0; i < stream.size(); i++) {
            Instruction at = stream.get(i);
            if (at instanceof Instruction.Loop) {
                loops++;
            } else if (at instanceof Instruction.EndLoop) {
                loops--;
            } else if (at instanceof Instruction.Repeat repeat) {
                repeats.push(repeat);
                before.push(syncs);
            } else if (at instanceof Instruction.EndRepeat) {
                syncs += (syncs - before.pop()) * (repeats.pop().count() - 1);
            } else if (at instanceof Instruction.Barrier) {
                syncs++;
                if (loops == 0 && repeats.isEmpty()) {
                    out.put(syncs, i);
                }
            }
        }
        return out;
    }

    private static String content(Program program, int from, int to) {
        return program.streams().getFirst().subList(from, to).stream()
                .collect(Collectors.groupingBy(i -> i.opcode().mnemonic(), TreeMap::new,
                        Collectors.counting())).entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey()).collect(Collectors.joining(", "));
    }
}
