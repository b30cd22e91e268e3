package dev.skein.hls.isa;

import java.util.ArrayList;
import java.util.List;

/** Every access of a stream stays inside its buffer or inside one region of its core. */
final class MemoryRules implements AccessSink {

    /**
     * An access to shared memory, from its start.
     *
     * @param core which core
     * @param index instruction
     * @param from first byte
     * @param to one past the last byte
     * @param write whether it writes
     */
    record Shared(int core, int index, long from, long to, boolean write) {}

    private final Program program;
    private final int core;
    private final List<Instruction> stream;
    private final List<Region> regions;
    private final BaseRanges bases;
    private final Accesses accesses;
    private final OperandRules operands;
    private final List<Shared> shared = new ArrayList<>();
    private int index;
    private Instruction current;

    /** The stream must have balanced loops. */
    MemoryRules(Program program, int core, Limits limits) {
        this.program = program;
        this.core = core;
        this.stream = program.streams().get(core);
        this.regions = program.regions().stream()
                .filter(r -> r.core() == core || r.core() == Region.SHARED).toList();
        this.bases = new BaseRanges(stream, limits, program.baseRegisters(core));
        this.accesses = new Accesses(Lengths.within(limits), this);
        this.operands = new OperandRules(limits, this::fault);
    }

    /** Checks; gives the accesses to writable shared memory, which other cores could disturb. */
    List<Shared> check() {
        for (index = 0; index < stream.size(); index++) {
            current = stream.get(index);
            operands.check(current);
            accesses.visit(current);
            if (current instanceof Instruction.Broadcast b) {
                accesses.broadcastTarget(b);
            }
            if (current.unit() == Unit.SEQ) {
                bases.pass(current);
            }
        }
        return shared;
    }

    @Override
    public void onChip(Space space, long from, long to, boolean write) {
        if (from < 0 || to > program.buffers().bytes(space)) {
            throw fault(accesses.field(), (write ? "writes " : "reads ") + space + " bytes " + from
                    + ".." + to + ", the buffer has " + program.buffers().bytes(space)
                    + "; use a lower address or a smaller tile");
        }
    }

    @Override
    public void offChip(Memory memory, int base, long from, long to, boolean write) {
        long first = bases.lo(base) + from;
        long end = bases.hi(base) + to;
        for (Region r : regions) {
            if (r.memory() == memory && first >= r.offset() && end <= r.offset() + r.bytes()) {
                writable(r, write);
                if (r.writable() && r.core() == Region.SHARED) {
                    shared.add(new Shared(core, index, first, end, write));
                }
                return;
            }
        }
        throw fault(accesses.field(), (write ? "writes " : "reads ") + memory + " bytes " + first
                + ".." + end + " through B" + base + ", which lie in no single region of this core"
                + described(memory) + "; correct the offset, base register or count");
    }

    private void writable(Region r, boolean write) {
        if (write && !r.writable()) {
            throw fault(accesses.field(), "stores to region " + r.name() + ", which holds "
                    + r.kind() + " and is read only; store to KV or OUTPUT");
        }
        if (r.writable() && current instanceof Instruction.LoadGather) {
            throw fault(accesses.field(), "gathers from region " + r.name() + ", which the device"
                    + " writes; gather from TABLES by ids in INPUT");
        }
    }

    private String described(Memory memory) {
        var text = new StringBuilder();
        for (Region r : regions) {
            if (r.memory() == memory) {
                text.append(text.isEmpty() ? " (" : ", ").append(r.name()).append(' ')
                        .append(r.offset()).append("..").append(r.offset() + r.bytes());
            }
        }
        return text.isEmpty() ? "" : text.append(')').toString();
    }

    private ProgramException fault(String field, String problem) {
        return ProgramException.at(program.name(), core, index, current, field, problem);
    }
}
