package dev.skein.sim.trace;

/** Is told what a step does, in the order in which its times become known. */
public interface StepObserver {
    /** Nobody. */
    StepObserver NONE = new StepObserver() {
        @Override
        public void instruction(InstructionSpan span) {
            // nobody
        }

        @Override
        public void sequencer(int core, String waitsFor, long from, long to) {
            // nobody
        }

        @Override
        public void channel(ChannelSpan span) {
            // nobody
        }
    };

    /** An instruction of a unit has ended or its end is known. */
    void instruction(InstructionSpan span);

    /** The sequencer of a core waited; cycles {@code [from, to)}, not empty. */
    void sequencer(int core, String waitsFor, long from, long to);

    /** A channel served a request. */
    void channel(ChannelSpan span);
}
