package dev.skein.hls.board;

/**
 * Sequencer, unit queues and token FIFOs of a core.
 *
 * @param queueDepth instructions a unit queue holds before dispatch blocks
 * @param dispatchCycles cycles the sequencer spends on one instruction
 * @param tokenLatencyCycles from the end of an instruction until its tokens, or its completion, are
 *     seen by another unit or by the sequencer; at least 1
 * @param outstanding instructions of LD, and as many of ST, in flight; 1 = the next one starts when
 *     the previous one has ended
 * @param rates at which LD and ST take data from HBM
 */
public record Control(int queueDepth, int dispatchCycles, int tokenLatencyCycles,
        int outstanding, TransferRates rates) {}
