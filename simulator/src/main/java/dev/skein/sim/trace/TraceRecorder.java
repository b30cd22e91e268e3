package dev.skein.sim.trace;

import dev.skein.hls.board.Board;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes what it is told into a timeline and a table. The files appear with {@link #commit}, which
 * comes after the last step; closing without that leaves nothing behind.
 */
public final class TraceRecorder implements StepObserver, Closeable {
    private final PerfettoFile timeline;
    private final TableFile table;

    /**
     * Opens the files.
     *
     * @param timeline file of the timeline, or null for none
     * @param table file of the table, or null for none
     * @param board whose clock turns cycles into time
     * @param cores of the programs to come
     * @throws IOException if a file cannot be written
     */
    public TraceRecorder(Path timeline, Path table, Board board, int cores) throws IOException {
        this.timeline = timeline == null ? null : new PerfettoFile(timeline, board, cores);
        try {
            this.table = table == null ? null : new TableFile(table);
        } catch (IOException e) {
            if (this.timeline != null) {
                this.timeline.close();
            }
            throw e;
        }
    }

    @Override
    public void instruction(InstructionSpan span) {
        if (timeline != null) {
            timeline.instruction(span);
        }
        if (table != null) {
            table.instruction(span);
        }
    }

    @Override
    public void sequencer(int core, String waitsFor, long from, long to) {
        if (timeline != null) {
            timeline.sequencer(core, waitsFor, from, to);
        }
    }

    @Override
    public void channel(ChannelSpan span) {
        if (timeline != null) {
            timeline.channel(span);
        }
    }

    /** A step of so many cycles is over. */
    public void endStep(String name, long cycles) {
        if (timeline != null) {
            timeline.endStep(name, cycles);
        }
        if (table != null) {
            table.endStep();
        }
    }

    /** Puts the files in their places. */
    public void commit() throws IOException {
        if (timeline != null) {
            timeline.commit();
        }
        if (table != null) {
            table.commit();
        }
    }

    @Override
    public void close() throws IOException {
        if (timeline != null) {
            timeline.close();
        }
        if (table != null) {
            table.close();
        }
    }
}
