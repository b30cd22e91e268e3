package dev.skein.hls.isa;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;

/**
 * Walks a stream in program order and finds, for each instruction, the latest instruction of each
 * other unit that has to be over before it starts: one that wrote what it reads or writes, or read
 * what it writes. What follows transitively through a later writer is left out. LOOP and ENDLOOP
 * drain the queues, so nothing is carried over them.
 *
 * <p>A SYNC counts as a writer of its gather interval, and of the gather intervals of the SYNCs
 * that may come next: it is what allows other cores to broadcast into those.
 */
abstract class DependenceScan implements AccessSink {
    /** No instruction. */
    static final int NONE = -1;

    private final List<Instruction> stream;
    private final List<Region> regions;
    private final BaseRanges bases;
    private final Phases phases;
    private final Accesses accesses;
    private final EnumMap<Space, History> buffers = new EnumMap<>(Space.class);
    private final EnumMap<Memory, History> memories = new EnumMap<>(Memory.class);
    private final int[] baseOf;
    private final int[] need = new int[Unit.QUEUED];
    private final boolean hull;
    private boolean mixed;
    private int index;
    private int unit;

    /**
     * Prepares a scan of the stream of one core.
     *
     * @param program its regions and limits
     * @param core which core
     * @param hull compare off-chip accesses over all trips of the loops instead of within one trip
     */
    DependenceScan(Program program, int core, boolean hull) {
        this.stream = program.streams().get(core);
        this.regions = program.regions().stream()
                .filter(r -> r.core() == core || r.core() == Region.SHARED)
                .filter(Region::writable).toList();
        Limits limits = Limits.of(program);
        this.bases = new BaseRanges(stream, limits, program.baseRegisters(core));
        this.phases = new Phases(stream);
        this.accesses = new Accesses(Lengths.within(limits), this);
        this.hull = hull;
        this.baseOf = new int[regions.size()];
        Arrays.fill(baseOf, NONE);
        for (Space s : Space.values()) {
            buffers.put(s, new History());
        }
        for (Memory m : Memory.values()) {
            memories.put(m, new History());
        }
    }

    /** All queues are empty here. */
    abstract void drained(int at);

    /**
     * An instruction of a queued unit.
     *
     * @param at its index
     * @param instruction the instruction
     * @param before for each unit the latest instruction that has to come before, or {@link #NONE}
     */
    abstract void visit(int at, Instruction instruction, int[] before);

    /**
     * Scans the whole stream.
     *
     * @return false if the result cannot be trusted without {@code hull}: a region is reached
     *     through several registers, or through one that is set to unlike values
     */
    final boolean run() {
        for (index = 0; index < stream.size() && (hull || !mixed); index++) {
            Instruction instruction = stream.get(index);
            if (instruction.unit() == Unit.SEQ) {
                sequencer(instruction);
                continue;
            }
            unit = instruction.unit().ordinal();
            Arrays.fill(need, NONE);
            accesses.visit(instruction);
            if (instruction instanceof Instruction.Barrier) {
                for (int next : phases.after(index)) {
                    accesses.visit(stream.get(next));
                }
            }
            visit(index, instruction, need);
        }
        return hull || !mixed;
    }

    private void sequencer(Instruction instruction) {
        if (instruction instanceof Instruction.SetBase s) {
            mixed |= !s.add() && bases.lo(s.base()) != bases.hi(s.base());
        } else if (!(instruction instanceof Instruction.SetSpan)) {
            buffers.values().forEach(History::clear);
            memories.values().forEach(History::clear);
            drained(index);
        }
        bases.pass(instruction);
    }

    @Override
    public final void onChip(Space space, long from, long to, boolean write) {
        record(buffers.get(space), from, to, write);
    }

    @Override
    public final void offChip(Memory memory, int base, long from, long to, boolean write) {
        long lo = bases.lo(base);
        long hi = bases.hi(base);
        for (int i = 0; i < regions.size(); i++) {
            Region r = regions.get(i);
            if (r.memory() == memory && hi + to > r.offset()
                    && lo + from < r.offset() + r.bytes()) {
                // Within one trip a register has one value: comparing relative to it is exact, as
                // long as nobody reaches the same region through another register.
                mixed |= baseOf[i] != NONE && baseOf[i] != base;
                baseOf[i] = base;
                record(memories.get(memory), lo + from, (hull ? hi : lo) + to, write);
                return;
            }
        }
    }

    private void record(History history, long from, long to, boolean write) {
        if (write) {
            history.write(from, to, unit, index, need);
        } else {
            history.read(from, to, unit, index, need);
        }
    }
}
