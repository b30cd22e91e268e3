package dev.skein.compiler.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many bytes of instructions serve every length from 1 to the longest, computed from the
 * streams that were compiled, in the steps of FlightLLM's section 5.2 and beyond it.
 *
 * @param maxContext the longest length
 * @param cores of the board
 * @param alike share of the instructions of cores 1 and up that core 0 has at the same place
 *     between the same barriers, so that base registers can share them; 0 to 1
 * @param rungs from the most bytes to the least
 */
public record InstructionLadder(int maxContext, int cores, double alike, List<Rung> rungs) {

    /**
     * A step of the ladder.
     *
     * @param name in a few words
     * @param definition what is counted
     * @param programs decode and prefill programs
     * @param bytes of all of them
     * @param paperBytes what FlightLLM gives for LLaMA2-7B on three cores and lengths 1 to 2048; 0
     *     where it has no such step
     */
    public record Rung(String name, String definition, int programs, long bytes,
            double paperBytes) {}

    /** Copies the list. */
    public InstructionLadder {
        rungs = List.copyOf(rungs);
    }

    /**
     * The ladder of a model.
     *
     * @param programs of {@link LengthStrategy#PARAMETRIC}
     * @param board they are compiled for
     * @throws IllegalArgumentException if they are buckets
     */
    public static InstructionLadder of(ProgramSet programs, Board board) {
        if (programs.inBuckets()) {
            throw new IllegalArgumentException("compiled in buckets: the ladder starts from the"
                    + " programs for all lengths, so name the model it was made of, or compile it"
                    + " with --lengths parametric");
        }
        return new Counter(programs, board).ladder();
    }

    /** The streams of one phase, prepared. */
    private record Counted(Phase phase, int maxTokens, List<StreamVolume> all,
            List<StreamVolume> shared) {}

    private static final class Counter {
        private final ProgramSet programs;
        private final List<StreamVolume.Group> groups;
        private final List<Counted> phases = new ArrayList<>();
        private final int longest;
        private long others;
        private long alike;

        Counter(ProgramSet programs, Board board) {
            this.programs = programs;
            this.longest = programs.maxContext();
            int cores = programs.programs().getFirst().program().program().cores();
            groups = IntStream.range(0, cores).mapToObj(core -> {
                OffChipMemory hbm = board.memory(Memory.HBM, core);
                return new StreamVolume.Group(hbm.channels(), hbm.stripeBytes());
            }).toList();
            programs.phases().forEach(p -> phases.add(prepare(programs.of(p).getLast())));
        }

        private Counted prepare(ServedProgram served) {
            Program program = Unfolding.unfold(served.program().program());
            var all = new ArrayList<StreamVolume>();
            var shared = new ArrayList<StreamVolume>();
            for (int core = 0; core < program.cores(); core++) {
                List<Instruction> stream = program.streams().get(core);
                BitSet same = core == 0 ? new BitSet()
                        : Alike.of(program.streams().getFirst(), stream);
                others += core == 0 ? 0 : stream.size();
                alike += same.cardinality();
                long[] bases = program.baseRegisters(core);
                all.add(new StreamVolume(stream, bases, groups.get(core), new BitSet()));
                shared.add(new StreamVolume(stream, bases, groups.get(core), same));
            }
            return new Counted(served.phase(), program.maxTokens(), all, shared);
        }

        InstructionLadder ladder() {
            long alone = phases.stream().mapToLong(p -> IntStream.rangeClosed(1, longest)
                    .parallel().mapToLong(l -> p.all().stream().mapToLong(
                            s -> s.bytesByChannel(lengths(p, l, l))).sum()).sum()).sum();
            int buckets = phases.stream().mapToInt(
                    p -> Math.ceilDiv(longest, Buckets.width(p.phase()))).sum();
            var rungs = new ArrayList<Rung>();
            rungs.add(new Rung("each length", "a program of a step for every context, a stream a"
                    + " core, an LD or ST for each HBM channel it uses", phases.size() * longest,
                    alone, 1.67e12));
            rungs.add(new Rung("buckets", "a decode program for " + Buckets.DECODE
                    + " contexts, a prefill program for " + Buckets.PREFILL + ", instructions that"
                    + " cores have alike stored once", buckets, bucketBytes(true), 4.77e9));
            rungs.add(new Rung("one LD/ST a group", "the same, an LD or ST for all channels of a"
                    + " core's group", buckets, bucketBytes(false), 3.25e9));
            rungs.add(new Rung("parametric", "by length registers and loops, prefill programs: "
                    + count(Phase.PREFILL) + ", decode programs: " + count(Phase.DECODE)
                    + "; a stream a core", programs.programs().size(),
                    programs.programs().stream().mapToLong(p -> Unfolding.unfold(
                            p.program().program()).encodedBytes()).sum(), 0));
            rungs.add(new Rung("parametric, folded", "the same with the layers as one repetition:"
                    + " what is stored", programs.programs().size(), programs.encodedBytes(), 0));
            return new InstructionLadder(longest, groups.size(),
                    others == 0 ? 0 : (double) alike / others, rungs);
        }

        private int count(Phase phase) {
            return programs.of(phase).size();
        }

        private long bucketBytes(boolean byChannel) {
            long bytes = 0;
            for (Counted p : phases) {
                int width = Buckets.width(p.phase());
                for (int first = 1; first <= longest; first += width) {
                    var lengths = lengths(p, first, Math.min(longest, first + width - 1));
                    for (StreamVolume s : p.shared()) {
                        bytes += byChannel ? s.bytesByChannel(lengths) : s.bytes(lengths);
                    }
                }
            }
            return bytes;
        }

        /** Of a program for some contexts whose steps are as large as they can be. */
        private static StreamVolume.Lengths lengths(Counted p, int first, int last) {
            return new StreamVolume.Lengths(first - Math.min(p.maxTokens(), first),
                    last - Math.min(p.maxTokens(), last), Math.min(p.maxTokens(), last), last);
        }
    }
}
