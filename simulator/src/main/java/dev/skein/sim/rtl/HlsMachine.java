package dev.skein.sim.rtl;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.InstructionCodec;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.sim.functional.DeviceMemory;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Runs a program on the HLS kernels in C-simulation, as
 * {@link dev.skein.sim.functional.FunctionalMachine} does on its own: the same encoded program, the
 * same memory. The kernels have a copy of the memory in their channels. Before a step they get what
 * the host or another machine may have written, after it the memory gets what they wrote; so
 * machines of several programs may take turns, and a cache costs its size twice a step.
 */
public final class HlsMachine implements AutoCloseable {
    /** Bytes copied at a time. */
    private static final int PIECE = 1 << 20;

    private final Program program;
    private final DeviceMemory memory;
    private final HlsPort port;
    private long instructions;

    /**
     * A machine with a card of its own.
     *
     * @throws IllegalArgumentException if the program is for more cores, larger buffers or other
     *     memories than the board the library was built for has
     */
    public HlsMachine(VerifiedProgram program, DeviceMemory memory, HlsLibrary library) {
        this(program, memory, new HlsCard(library, 0));
    }

    /** A machine on a card, or on what stands for one. */
    public HlsMachine(VerifiedProgram verified, DeviceMemory memory, HlsPort port) {
        this.program = verified.program();
        this.memory = memory;
        this.port = port;
        if (memory.cores() != program.cores()) {
            throw new IllegalArgumentException("program " + program.name() + " has "
                    + program.cores() + " cores, the memory " + memory.cores());
        }
        port.open(program.cores());
        for (Region r : memory.regions()) {
            port.reserve(core(r), r.memory().ordinal(), r.offset() + r.bytes());
        }
        for (Region r : memory.regions()) {
            if (!r.writable() && r.kind() != Region.Kind.INPUT) {
                copyIn(r);
            }
        }
        BufferSizes b = program.buffers();
        port.buffers(b.actBytes(), b.wgtBytes(), b.parBytes());
        for (int core = 0; core < program.cores(); core++) {
            start(core);
        }
    }

    private void start(int core) {
        List<Instruction> stream = program.streams().get(core);
        port.stream(core, InstructionCodec.encodeStream(stream));
        long[] bases = program.baseRegisters(core);
        for (int base = 0; base < Registers.BASES; base++) {
            port.base(core, base, bases[base]);
        }
        for (Region r : program.regions()) {
            if (r.bytes() > 0 && (r.core() == core || r.memory() == Memory.DDR)) {
                port.region(core, r.memory().ordinal(), r.offset(), r.bytes(), r.writable());
            }
        }
    }

    private static int core(Region r) {
        return Math.max(0, r.core());
    }

    private void copyIn(Region r) {
        for (long done = 0; done < r.bytes(); done += PIECE) {
            int n = (int) Math.min(PIECE, r.bytes() - done);
            port.write(core(r), r.memory().ordinal(), r.offset() + done, memory.read(r, done, n));
        }
    }

    private void copyOut(Region r) {
        for (long done = 0; done < r.bytes(); done += PIECE) {
            byte[] piece = new byte[(int) Math.min(PIECE, r.bytes() - done)];
            port.read(core(r), r.memory().ordinal(), r.offset() + done, piece);
            memory.write(r, done, piece);
        }
    }

    /** The program it runs. */
    public Program program() {
        return program;
    }

    /** Instructions executed so far on all cores, those of the sequencers included. */
    public long instructions() {
        return instructions;
    }

    /** What a core holds in a buffer after the last step. */
    public MemorySegment buffer(int core, Space space) {
        return MemorySegment.ofArray(port.peek(core, space.ordinal(),
                program.buffers().bytes(space)));
    }

    /**
     * Runs one step.
     *
     * @param position POS, tokens in the cache before the step
     * @param tokens CNT, tokens of the step
     * @throws IllegalArgumentException if the program has not been compiled for these lengths
     * @throws CoSimulationException if a core stops before the end; the memory is as before then
     */
    public void run(int position, int tokens) {
        if (position < 0 || tokens < 1 || tokens > program.maxTokens()
                || position > program.maxContext() - tokens) {
            throw new IllegalArgumentException("program " + program.name() + ": position "
                    + position + ", tokens " + tokens + "; allowed 1 to " + program.maxTokens()
                    + " tokens and position + tokens up to " + program.maxContext());
        }
        for (Region r : memory.regions()) {
            if (r.writable() || r.kind() == Region.Kind.INPUT) {
                copyIn(r);
            }
        }
        HlsOutcome outcome = port.run(position, tokens);
        if (outcome.fault() != HlsFault.NONE.ordinal()) {
            throw new CoSimulationException(message(outcome));
        }
        instructions += outcome.instructions();
        for (Region r : memory.regions()) {
            if (r.writable()) {
                copyOut(r);
            }
        }
    }

    private String message(HlsOutcome o) {
        List<Instruction> stream = program.streams().get(o.core());
        String mnemonic = o.instruction() < 0 || o.instruction() >= stream.size() ? "none"
                : stream.get(o.instruction()).opcode().mnemonic();
        return "program " + program.name() + ", core " + o.core() + ", instruction "
                + o.instruction() + " (" + mnemonic + "): " + o.text();
    }

    @Override
    public void close() {
        port.close();
    }
}
