package dev.skein.runtime.backend.gpu;

import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.StepLengths;
import dev.skein.runtime.device.BatchPart;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The buffers that describe a step, written where a step differs from the one before. */
final class StepInputs {
    private final Input tokens;
    private final Input positions;
    private final Input sequences;
    private final Input pages;
    private final Input outputs;
    private final int pagesPerSequence;

    /** @param plan its input buffers hold zeros at first */
    StepInputs(KernelPlan plan, PlanBuffers buffers) {
        KernelPlan.Inputs all = plan.inputs();
        KernelPlan.Limits limits = plan.limits();
        pagesPerSequence = limits.pagesPerSequence();
        tokens = new Input(buffers.get(all.tokens()), limits.maxTokens());
        positions = new Input(buffers.get(all.positions()), limits.maxTokens());
        sequences = new Input(buffers.get(all.sequences()), limits.maxTokens());
        pages = new Input(buffers.get(all.pages()), limits.maxSequences() * pagesPerSequence);
        outputs = new Input(buffers.get(all.outputs()), limits.maxSequences());
    }

    /** Writes a step that has been checked. */
    StepLengths write(List<BatchPart> parts) {
        int row = 0;
        int wanted = 0;
        int context = 0;
        for (BatchPart part : parts) {
            for (int i = 0; i < part.tokens().length; i++) {
                tokens.set(row, part.tokens()[i]);
                positions.set(row, part.position() + i);
                sequences.set(row++, part.sequence());
            }
            for (int i = 0; i < part.pages().length; i++) {
                pages.set(part.sequence() * pagesPerSequence + i, part.pages()[i]);
            }
            if (part.wanted()) {
                outputs.set(wanted++, row - 1);
            }
            context = Math.max(context, part.end());
        }
        for (Input input : List.of(tokens, positions, sequences, pages, outputs)) {
            input.flush();
        }
        return new StepLengths(row, wanted, context);
    }

    /** A buffer and what it holds; a write takes as long as a small kernel. */
    private static final class Input {
        private final GpuBuffer buffer;
        private final int[] values;
        private int from;
        private int to;

        Input(GpuBuffer buffer, int size) {
            this.buffer = buffer;
            values = new int[size];
        }

        void set(int index, int value) {
            if (values[index] != value) {
                values[index] = value;
                from = from == to ? index : Math.min(from, index);
                to = Math.max(to, index + 1);
            }
        }

        void flush() {
            if (from < to) {
                buffer.write((long) Integer.BYTES * from, MemorySegment.ofArray(values)
                        .asSlice((long) Integer.BYTES * from, (long) Integer.BYTES * (to - from)));
            }
            from = 0;
            to = 0;
        }
    }
}
