package dev.skein.sim.csd.nvme;

import dev.skein.sim.csd.Append;
import dev.skein.sim.csd.Attention;
import dev.skein.sim.csd.HeadId;
import dev.skein.sim.csd.TaskShape;

/** What a host asks of a drive. */
public sealed interface DriveCommand {

    /** Makes everything acknowledged durable. */
    record Flush() implements DriveCommand {}

    /** Tokens; data to the drive {@code keys, values [tokens, kvHeads, headDim] binary16}. */
    record Write(Append append) implements DriveCommand {}

    /** Keys or values; data to the host {@code [tokens, headDim] binary16}. */
    record Read(HeadId head, boolean values, int firstToken, int tokens) implements DriveCommand {}

    /** Makes room for a task. */
    record Create(int task, TaskShape shape) implements DriveCommand {}

    /** Forgets a task. */
    record Drop(int task) implements DriveCommand {}

    /** How many tokens there are: the result of the completion. */
    record Tokens(int task, int sequence, int layer) implements DriveCommand {}

    /** Attention; data to the drive queries, to the host outputs, of the same size. */
    record Attend(Attention attention) implements DriveCommand {}

    /** Erases what is stale; the result is how many blocks. */
    record Reclaim() implements DriveCommand {}
}
