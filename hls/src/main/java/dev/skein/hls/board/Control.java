package dev.skein.hls.board;

/**
 * Sequencer, unit queues and token FIFOs of a core.
 *
 * @param queueDepth instructions a unit queue holds before dispatch blocks
 * @param dispatchCycles cycles the sequencer spends on one instruction
 * @param tokenLatencyCycles from the end of an instruction until its tokens, or its completion, are
 *     seen by another unit or by the sequencer; at least 1
 */
public record Control(int queueDepth, int dispatchCycles, int tokenLatencyCycles) {}
