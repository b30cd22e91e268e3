package dev.skein.runtime.backend.xrt;

import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.fpga.FpgaException;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.ServedProgram;
import dev.skein.ffi.xrt.Card;
import dev.skein.ffi.xrt.CardBuffer;
import dev.skein.ffi.xrt.CardKernel;
import dev.skein.ffi.xrt.CardRun;
import dev.skein.hls.board.Board;
import dev.skein.hls.isa.InstructionCodec;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.Step;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Runs the programs of an executable on a card. All buffers stay on the card from the first step to
 * the last; a step moves its tokens there, the description of the step for each core, and the
 * logits back.
 */
public final class XrtAccelerator implements Accelerator {
    private static final String FETCH = "fetch";
    private static final String STEP = "step";
    private static final String STATUS = "status";

    /** A core on the card. */
    private record Core(Design.CoreDesign design, CardKernel kernel, CardRun run, CardBuffer step,
            CardBuffer status) {}

    private final Executable executable;
    private final Design design;
    private final XrtCard owner;
    private final Card card;
    private final CardMemory memory;
    private final List<Core> cores = new ArrayList<>();
    private final Map<String, List<CardBuffer>> streams = new HashMap<>();
    private final Region input;
    private final Region output;
    private String loaded = "";
    private int position;

    /**
     * Puts an executable on a card whose bitstream is loaded: allocates, writes nothing yet.
     *
     * @throws FpgaException if it does not fit
     */
    XrtAccelerator(Executable executable, Board board, Design design, XrtCard owner) {
        this.executable = executable;
        this.design = design;
        this.owner = owner;
        this.card = owner.card();
        List<CardKernel> kernels = design.cores().stream()
                .map(c -> card.kernel(c.kernel(), c.unit())).toList();
        memory = new CardMemory(card, board, design, kernels, regions());
        for (int core = 0; core < kernels.size(); core++) {
            cores.add(core(core, kernels.get(core)));
        }
        input = only(Region.Kind.INPUT);
        output = only(Region.Kind.OUTPUT);
    }

    private List<Region> regions() {
        var all = new LinkedHashSet<Region>();
        executable.programs().programs().forEach(p -> all.addAll(p.program().program().regions()));
        return List.copyOf(all);
    }

    private Region only(Region.Kind kind) {
        return executable.program(Phase.DECODE).program().regions().stream()
                .filter(r -> r.kind() == kind).findFirst().orElseThrow(() -> new FpgaException(
                        executable.config().name() + ": no region of kind " + kind));
    }

    private Core core(int number, CardKernel kernel) {
        Design.CoreDesign d = design.cores().get(number);
        CardBuffer step = card.allocate((long) StepWords.SIZE * Long.BYTES,
                kernel.group(d.argument(STEP)));
        CardBuffer status = card.allocate((long) StepWords.STATUS * Long.BYTES,
                kernel.group(d.argument(STATUS)));
        CardRun run = kernel.run();
        d.arguments().forEach((name, index) -> {
            switch (name) {
                case FETCH -> { }
                case STEP -> run.set(index, step);
                case STATUS -> run.set(index, status);
                case Design.CORE_NUMBER -> run.set(index, number);
                default -> run.set(index, memory.buffer(number, name));
            }
        });
        return new Core(d, kernel, run, step, status);
    }

    private MemorySegment image(Region region) {
        return executable.images().segments().get(region.name());
    }

    /** Bytes that {@link #load} moves, and {@link #verify} moves back. */
    public long bytes() {
        return memory.totalBytes();
    }

    /**
     * Writes all channels: images, and zeros where there are none.
     *
     * @param progress is told the bytes written since it was told last
     */
    public void load(LongConsumer progress) {
        memory.load(this::image, progress);
    }

    /**
     * Reads all channels back and compares them with the artifact.
     *
     * @param progress is told the bytes read since it was told last
     * @return CRC32C of each channel by its name, in order
     * @throws FpgaException if one differs
     */
    public Map<String, Long> verify(LongConsumer progress) {
        long[] sums = memory.verify(this::image, progress);
        var out = new LinkedHashMap<String, Long>();
        for (int i = 0; i < sums.length; i++) {
            out.put(memory.channels().get(i).name(), sums[i]);
        }
        return out;
    }

    /** The bitstream. */
    public Design design() {
        return design;
    }

    /** What can be read of the card itself. */
    public CardSensors sensors() throws IOException {
        return owner.sensors();
    }

    /** False where XRT's no-op shim stands for the card. */
    @Override
    public boolean computes() {
        return !owner.noop();
    }

    @Override
    public Step step(int... tokens) {
        int vocab = executable.config().vocabSize();
        Step.require(this, vocab, tokens);
        ServedProgram served = executable.programs().of(position, tokens.length);
        write(tokens);
        run(served.name(), served.program().program(), position, tokens.length);
        ByteBuffer bits = ByteBuffer.wrap(memory.read(output, Math.multiplyExact(4, vocab)))
                .order(ByteOrder.LITTLE_ENDIAN);
        float[] logits = new float[vocab];
        bits.asFloatBuffer().get(logits);
        position += tokens.length;
        return new Step(logits, Optional.empty());
    }

    /**
     * Runs a program, or the beginning of one, at the position where the sequence is, which stays
     * there: of the cache only what the next step writes again is written.
     *
     * @param program of the executable, or a prefix of one; programs are told apart by their names
     * @return time from the start of the first compute unit to the end of the last, s of the host
     */
    public double time(VerifiedProgram program, int... tokens) {
        Step.require(this, executable.config().vocabSize(), tokens);
        write(tokens);
        return run(program.program().name(), program.program(), position, tokens.length);
    }

    private void write(int... tokens) {
        ByteBuffer ids = little(tokens.length);
        Arrays.stream(tokens).forEach(ids::putInt);
        memory.write(input, ids.array());
    }

    /**
     * Runs a program on all cores and waits for them.
     *
     * @param name the same only for the same program; its streams are kept on the card under it
     * @param at POS
     * @param tokens CNT
     * @return time from the start of the first compute unit to the end of the last, s of the host
     */
    double run(String name, Program program, int at, int tokens) {
        fetch(name, program);
        for (int core = 0; core < cores.size(); core++) {
            Core c = cores.get(core);
            c.step().write(0, StepWords.describe(program, core, at, tokens));
            c.status().write(0, StepWords.unanswered());
        }
        long start = System.nanoTime();
        cores.forEach(c -> c.run().start());
        cores.forEach(c -> c.run().await());
        double seconds = (System.nanoTime() - start) / 1e9;
        for (int core = 0; core < cores.size(); core++) {
            requireGood(program, core);
        }
        return seconds;
    }

    /** The memories of the card. */
    CardMemory memory() {
        return memory;
    }

    /** Of the card, for people. */
    String cardName() {
        return owner.description();
    }

    private static ByteBuffer little(int words) {
        return ByteBuffer.allocate(Math.multiplyExact(4, words)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Points the cores at the streams of a program, which go to the card when first needed. */
    private void fetch(String name, Program program) {
        if (name.equals(loaded)) {
            return;
        }
        List<CardBuffer> own = streams.computeIfAbsent(name, _ -> {
            var out = new ArrayList<CardBuffer>();
            for (int core = 0; core < cores.size(); core++) {
                byte[] words = InstructionCodec.encodeStream(
                        program.streams().get(core));
                Core c = cores.get(core);
                CardBuffer buffer = card.allocate(words.length,
                        c.kernel().group(c.design().argument(FETCH)));
                buffer.write(0, words);
                out.add(buffer);
            }
            return out;
        });
        for (int core = 0; core < cores.size(); core++) {
            Core c = cores.get(core);
            c.run().set(c.design().argument(FETCH), own.get(core));
        }
        loaded = name;
    }

    private void requireGood(Program program, int core) {
        byte[] status = cores.get(core).status().read(0, StepWords.STATUS * Long.BYTES);
        boolean silent = Arrays.equals(status, StepWords.unanswered());
        if (owner.noop()) {
            if (!silent) {
                throw new FpgaException("core " + core + ": XRT's no-op shim wrote a status, which"
                        + " nothing there could have computed");
            }
            return;
        }
        String where = "program " + program.name() + ", core " + core;
        if (silent) {
            throw new FpgaException(where + ": the kernel ended without a status: it is no kernel"
                    + " of Skein's; build the bitstream with 'skein vitis'");
        }
        long fault = StepWords.word(status, 0);
        if (fault != 0) {
            throw new FpgaException(where + ", " + StepWords.instruction(program, core,
                    StepWords.word(status, 2)) + ": fault " + fault + " of fault.h, detail "
                    + StepWords.word(status, 3) + "; run 'skein verify' with the same model to see"
                    + " whether the kernels in C-simulation do the same");
        }
    }

    @Override
    public int position() {
        return position;
    }

    @Override
    public void reset() {
        position = 0;
    }

    @Override
    public int maxContext() {
        return executable.maxContext();
    }

    @Override
    public int maxTokens() {
        return executable.program(Phase.PREFILL).program().maxTokens();
    }

    @Override
    public String description() {
        return executable.config().name() + ", " + executable.weights() + " on "
                + executable.board() + ", " + owner.description();
    }

    @Override
    public void close() {
        owner.close();
    }
}
