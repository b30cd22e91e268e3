package dev.skein.compiler.fpga;

import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.RowRanges;
import dev.skein.hls.isa.Span;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Counts the instructions that the stream of a core has in the program for one length, as
 * {@link FixedLength} would write it, without writing it: what does not follow the length is
 * counted once.
 */
final class StreamVolume {
    /**
     * The channel group of a core.
     *
     * @param channels pseudo-channels of the group
     * @param stripeBytes bytes on one before the next
     */
    record Group(int channels, int stripeBytes) {}

    /**
     * The lengths of a program.
     *
     * @param firstPosition smallest POS it serves
     * @param lastPosition largest POS
     * @param tokens largest CNT
     * @param context CTX that its extents are fixed to
     */
    record Lengths(int firstPosition, int lastPosition, int tokens, int context) {}

    /**
     * A transfer that follows the length.
     *
     * @param instruction LD or ST
     * @param span in force at it
     * @param tile tokens of a tile if it is in a loop that is written out, else 0
     */
    private record Variable(Instruction.Transfer instruction, Span span, int tile) {
        int times(Lengths lengths) {
            return tile == 0 ? 1 : Math.ceilDiv(lengths.context(), tile);
        }
    }

    /** A loop that is written out: tokens of a tile, instructions of the body, transfers aside. */
    private record Tiles(int tile, int others) {}

    private final Group group;
    private final long[] bases;
    private final List<Variable> variable = new ArrayList<>();
    private final List<Tiles> loops = new ArrayList<>();
    private long fixedWords;
    private long fixedAccesses;

    /**
     * Prepares a stream.
     *
     * @param stream for all lengths, without repetitions
     * @param bases base registers at its start
     * @param left instructions that are not counted, by index
     */
    StreamVolume(List<Instruction> stream, long[] bases, Group group, BitSet left) {
        this.group = group;
        this.bases = bases;
        Span span = Span.DENSE;
        for (int i = 0; i < stream.size(); i++) {
            if (stream.get(i) instanceof Instruction.SetSpan s) {
                span = s.span();
            }
            if (span.isDense() && FixedLength.isTileLoop(stream.get(i))
                    && !FixedLength.accumulates(stream, i)) {
                int end = FixedLength.end(stream, i);
                loop(stream, i, end, left);
                i = end;
            } else if (!left.get(i)) {
                add(stream.get(i), span);
            }
        }
    }

    private void loop(List<Instruction> stream, int loop, int end, BitSet left) {
        int tile = ((Instruction.Loop) stream.get(loop)).count().imm();
        int others = 0;
        for (int i = loop + 1; i < end; i++) {
            if (left.get(i)) {
                continue;
            }
            if (stream.get(i) instanceof Instruction.Transfer t) {
                variable.add(new Variable(t, Span.DENSE, tile));
            } else {
                others++;
            }
        }
        loops.add(new Tiles(tile, others));
    }

    private void add(Instruction instruction, Span span) {
        if (!(instruction instanceof Instruction.Transfer t) || t.memory() != Memory.HBM) {
            fixedWords++;
            fixedAccesses++;
        } else if (t.positionStride() == 0 && t.count().mode() == Extent.Mode.FIXED) {
            long from = bases[t.base()] + t.offset();
            fixedWords++;
            fixedAccesses += channels(from, from + (long) t.rowBytes() * t.count().imm());
        } else {
            variable.add(new Variable(t, span, 0));
        }
    }

    /** Bytes of the encoded stream. */
    long bytes(Lengths lengths) {
        long words = fixedWords + loops(lengths);
        for (Variable v : variable) {
            words += v.times(lengths);
        }
        return words * Opcode.WORD_BYTES;
    }

    private long loops(Lengths lengths) {
        long words = 0;
        for (Tiles loop : loops) {
            words += (long) loop.others() * Math.ceilDiv(lengths.context(), loop.tile());
        }
        return words;
    }

    /** The same with an instruction for every HBM channel that a transfer uses. */
    long bytesByChannel(Lengths lengths) {
        long words = fixedAccesses + loops(lengths);
        for (Variable v : variable) {
            words += accesses(v, lengths);
        }
        return words * Opcode.WORD_BYTES;
    }

    private long accesses(Variable v, Lengths lengths) {
        Instruction.Transfer t = v.instruction();
        if (t.memory() != Memory.HBM) {
            return v.times(lengths);
        }
        long from = bases[t.base()] + t.offset() + (long) t.positionStride()
                * lengths.firstPosition();
        long more = (long) t.positionStride()
                * (lengths.lastPosition() - lengths.firstPosition());
        if (v.tile() > 0 && t.count().mode() == Extent.Mode.TILE) {
            long accesses = 0;
            for (int first = 0; first < lengths.context(); first += v.tile()) {
                int rows = Math.min(v.tile(), lengths.context() - first);
                accesses += channels(from + (long) first * t.rowBytes(),
                        from + (long) (first + rows) * t.rowBytes());
            }
            return accesses;
        }
        RowRanges rows = rows(t.count(), v.span(), lengths);
        long one = rows.count() == 0 ? 0 : channels(from + rows.first() * t.rowBytes(),
                from + more + (rows.first() + rows.count()) * t.rowBytes());
        long two = rows.secondCount() == 0 ? 0 : channels(from + rows.second() * t.rowBytes(),
                from + more + (rows.second() + rows.secondCount()) * t.rowBytes());
        return v.times(lengths) * Math.min(group.channels(), one + two);
    }

    /** Rows of the longest step; of a loop that stays, those of all its tiles. */
    private static RowRanges rows(Extent count, Span span, Lengths lengths) {
        Extent all = count.mode() == Extent.Mode.TILE ? Extent.context(1) : count;
        return RowRanges.of(all, new Registers(lengths.context() - lengths.tokens(),
                lengths.tokens(), 0, span));
    }

    /** Channels on which bytes {@code [from, to)} of the group lie. */
    private long channels(long from, long to) {
        long stripes = Math.ceilDiv(to, group.stripeBytes()) - from / group.stripeBytes();
        return Math.min(group.channels(), stripes);
    }
}
