package dev.skein.hls.isa;

import java.util.ArrayList;
import java.util.List;

/**
 * A program with its repetitions written out: what the sequencers dispatch, loops aside. All rules
 * are checked on it, so that REP is only a shorter way to say the same.
 */
final class WrittenOut {
    /** Instructions of a stream that is written out: far beyond any model, so a mistake. */
    static final long LONGEST = 1L << 20;

    /**
     * A repetition.
     *
     * @param rep index of REP in the stream
     * @param start index of the first instruction of the body in the stream written out
     * @param length instructions of the body
     * @param count times
     */
    private record Repetition(int rep, int start, int length, int count) {
        int end() {
            return start + length * count;
        }
    }

    private final Program source;
    private final Program program;
    private final List<List<Repetition>> repetitions = new ArrayList<>();

    /**
     * Writes out.
     *
     * @throws ProgramException if repetitions are not balanced, lie in each other or in a loop, are
     *     empty of trips, or the stream becomes too long
     */
    WrittenOut(Program source) {
        this.source = source;
        var streams = new ArrayList<List<Instruction>>();
        for (int core = 0; core < source.cores(); core++) {
            streams.add(new Writer(core).write());
        }
        program = repetitions.stream().allMatch(List::isEmpty) ? source
                : with(streams);
    }

    /** The program without REP. */
    Program program() {
        return program;
    }

    /** What {@code e} says of the written-out program, of the one with repetitions. */
    ProgramException located(ProgramException e) {
        if (program == source || e.core() < 0) {
            return e;
        }
        List<Repetition> all = repetitions.get(e.core());
        int shift = 0;
        for (Repetition r : all) {
            if (e.index() < r.start()) {
                break;
            }
            if (e.index() < r.end()) {
                int into = e.index() - r.start();
                return new ProgramException(e.getMessage() + "; counted with repetitions written"
                        + " out, this is instruction " + (r.rep() + 1 + into % r.length())
                        + " in repetition " + into / r.length() + " of rep " + r.rep());
            }
            // REP and ENDREP are not written out, the body counts once.
            shift = r.rep() + 2 + r.length() - r.end();
        }
        return new ProgramException(e.getMessage() + "; counted with repetitions written out, this"
                + " is instruction " + (e.index() + shift));
    }

    /**
     * The written-out streams with other tokens, as repetitions again: runs of bodies that have
     * become unlike are left written out.
     */
    Program fold(List<List<Instruction>> streams) {
        if (program == source) {
            return with(streams);
        }
        var folded = new ArrayList<List<Instruction>>();
        for (int core = 0; core < streams.size(); core++) {
            folded.add(fold(streams.get(core), repetitions.get(core)));
        }
        return with(folded);
    }

    private static List<Instruction> fold(List<Instruction> stream, List<Repetition> all) {
        var out = new ArrayList<Instruction>();
        int at = 0;
        for (Repetition r : all) {
            out.addAll(stream.subList(at, r.start()));
            for (at = r.start(); at < r.end();) {
                List<Instruction> body = stream.subList(at, at + r.length());
                int same = 0;
                do {
                    at += r.length();
                    same++;
                } while (at < r.end() && stream.subList(at, at + r.length()).equals(body));
                if (same > 1) {
                    out.add(new Instruction.Repeat(Tokens.NONE, same));
                }
                out.addAll(body);
                if (same > 1) {
                    out.add(new Instruction.EndRepeat(Tokens.NONE));
                }
            }
        }
        out.addAll(stream.subList(at, stream.size()));
        return out;
    }

    private Program with(List<List<Instruction>> streams) {
        return new Program(source.name(), source.maxTokens(), source.maxContext(),
                source.buffers(), source.regions(), streams);
    }

    /** Writes out the stream of one core. */
    private final class Writer {
        private final int core;
        private final List<Instruction> stream;
        private final List<Repetition> mine = new ArrayList<>();
        private int index;

        Writer(int core) {
            this.core = core;
            this.stream = source.streams().get(core);
            repetitions.add(mine);
        }

        List<Instruction> write() {
            if (stream.stream().noneMatch(i -> i instanceof Instruction.Repeat
                    || i instanceof Instruction.EndRepeat)) {
                return stream;
            }
            var out = new ArrayList<Instruction>();
            int rep = -1;
            int start = 0;
            int loops = 0;
            for (index = 0; index < stream.size(); index++) {
                Instruction i = stream.get(index);
                if (i instanceof Instruction.Repeat r) {
                    begin(r, rep, loops);
                    rep = index;
                    start = out.size();
                } else if (i instanceof Instruction.EndRepeat e) {
                    end(e, rep, loops);
                    repeat(out, rep, start);
                    rep = -1;
                } else {
                    loops += i instanceof Instruction.Loop ? 1
                            : i instanceof Instruction.EndLoop ? -1 : 0;
                    if (loops < 0) {
                        throw fault("code", "ENDLOOP outside a loop; put a LOOP before it");
                    }
                    out.add(i);
                    atMost(out.size());
                }
            }
            index = stream.size() - 1;
            if (rep >= 0) {
                throw fault("code", "the repetition of instruction " + rep + " is still open; put"
                        + " an ENDREP before END");
            }
            return out;
        }

        private void begin(Instruction.Repeat r, int open, int loops) {
            sequencerOnly(r);
            if (open >= 0) {
                throw fault("count", "REP in the repetition of instruction " + open
                        + "; repetitions do not nest, write one out");
            }
            if (loops > 0) {
                throw fault("count", "REP inside a loop; put the loop into the repetition or write"
                        + " it out");
            }
            if (r.count() < 1) {
                throw fault("count", r.count() + "; at least 1");
            }
        }

        private void end(Instruction.EndRepeat e, int rep, int loops) {
            sequencerOnly(e);
            if (rep < 0) {
                throw fault("code", "ENDREP without REP; put a REP before it");
            }
            if (loops > 0) {
                throw fault("code", loops + " loops still open in the repetition of instruction "
                        + rep + "; put an ENDLOOP for each before ENDREP");
            }
        }

        private void sequencerOnly(Instruction i) {
            Component wrong = InstructionCodec.misfit(i);
            if (wrong != null) {
                throw fault(wrong.name(), wrong.get(i) + "; " + wrong.allowed());
            }
            if (!i.tokens().equals(Tokens.NONE)) {
                throw fault("waits", i.tokens() + "; the sequencer takes no tokens; use none");
            }
        }

        private void repeat(List<Instruction> out, int rep, int start) {
            int count = ((Instruction.Repeat) stream.get(rep)).count();
            int length = out.size() - start;
            atMost(out.size() + (count - 1L) * length);
            var body = List.copyOf(out.subList(start, out.size()));
            for (int n = 1; n < count; n++) {
                out.addAll(body);
            }
            if (length > 0) {
                mine.add(new Repetition(rep, start, length, count));
            }
        }

        private void atMost(long size) {
            if (size > LONGEST) {
                throw fault("code", "written out, the stream has more than " + LONGEST
                        + " instructions up to here; use smaller counts");
            }
        }

        private ProgramException fault(String field, String problem) {
            return ProgramException.at(source.name(), core, index, stream.get(index), field,
                    problem);
        }
    }
}
