package dev.skein.runtime.backend.xrt;

import dev.skein.compiler.fpga.FpgaException;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The words in which the host describes a step to a core, and those with which the core answers.
 * The layout is that of namespace {@code step} in {@code core.h}; words are 64 bits, little-endian.
 */
final class StepWords {
    /** Words of a description. */
    static final int SIZE = 65;
    /** Words of an answer: fault, core, instruction, detail. */
    static final int STATUS = 4;
    private static final int BASES = 8;
    private static final int REGIONS = 16;
    private static final int MAX_REGIONS = 16;
    private static final int WRITABLE = 4;
    /** No limit but the watchdog's: programs are verified. */
    private static final long BUDGET = -1;

    private StepWords() {}

    /**
     * The description of a step.
     *
     * @param core which core it is for
     * @param position POS
     * @param tokens CNT
     */
    static byte[] describe(Program program, int core, int position, int tokens) {
        ByteBuffer out = ByteBuffer.allocate(SIZE * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(position).putLong(tokens).putLong(program.streams().get(core).size())
                .putLong(program.cores()).putLong(program.buffers().actBytes())
                .putLong(program.buffers().wgtBytes()).putLong(program.buffers().parBytes())
                .putLong(BUDGET);
        long[] bases = program.baseRegisters(core);
        for (int base = 0; base < REGIONS - BASES; base++) {
            out.putLong(base < bases.length ? bases[base] : 0);
        }
        List<Region> regions = program.regions().stream().filter(r -> r.bytes() > 0
                && (r.core() == core || r.memory() == Memory.DDR)).toList();
        if (regions.size() > MAX_REGIONS) {
            throw new FpgaException("program " + program.name() + ": core " + core + " has "
                    + regions.size() + " regions, a kernel takes " + MAX_REGIONS);
        }
        out.putLong(regions.size());
        for (Region r : regions) {
            out.putLong(r.offset()).putLong(r.bytes())
                    .putLong(r.memory().ordinal() + (r.writable() ? WRITABLE : 0));
        }
        return out.array();
    }

    /** What stands where an answer will be: a kernel that computes nothing leaves it. */
    static byte[] unanswered() {
        ByteBuffer out = ByteBuffer.allocate(STATUS * Long.BYTES);
        while (out.hasRemaining()) {
            out.put((byte) -1);
        }
        return out.array();
    }

    /** A word of an answer. */
    static long word(byte[] status, int i) {
        return ByteBuffer.wrap(status).order(ByteOrder.LITTLE_ENDIAN).getLong(i * Long.BYTES);
    }

    /** The instruction that an answer names, for people. */
    static String instruction(Program program, int core, long index) {
        var stream = program.streams().get(core);
        if (index < 0 || index >= stream.size()) {
            return "no instruction";
        }
        Opcode opcode = stream.get((int) index).opcode();
        return "instruction " + index + " (" + opcode.mnemonic() + ")";
    }
}
