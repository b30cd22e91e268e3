package dev.skein.sim.trace;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.ClockRatio;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.Unit;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The timeline of a board: what its units and its memory channels did. */
final class PerfettoFile implements Closeable {
    /** Cycles over which counters are averaged. */
    private static final int BIN_CYCLES = 1024;
    private static final int MEMORY_PIDS = 1000;
    private static final int STEPS_PID = 2000;
    private static final int SEQUENCER_TID = Unit.values().length;

    private final TraceEvents out;
    private final Board board;
    private final double picosPerCycle;
    private long base;
    private final Map<String, ChannelTracks> memories = new TreeMap<>();
    private final Map<String, Bins> busy = new TreeMap<>();
    private final Map<String, Integer> busyPid = new TreeMap<>();

    /** The tracks of a kind of memory. */
    private static final class ChannelTracks {
        private final int pid;
        private final Map<Integer, Open> open = new TreeMap<>();
        private final Bins bytes = new Bins(BIN_CYCLES);

        private ChannelTracks(int pid) {
            this.pid = pid;
        }
    }

    /** A slice that the next request may still lengthen. */
    private static final class Open {
        private final boolean write;
        private final long from;
        private final ClockRatio clock;
        private long to;
        private long dataTicks;
        private long bytes;
        private int requests;

        private Open(ChannelSpan s) {
            this.write = s.write();
            this.from = s.from();
            this.to = s.from();
            this.clock = s.clock();
        }
    }

    PerfettoFile(Path file, Board board, int cores) throws IOException {
        this.out = new TraceEvents(file, "\"board\":\"" + TraceEvents.escaped(board.name())
                + "\",\"clockMHz\":" + board.clockMHz());
        this.board = board;
        this.picosPerCycle = TraceEvents.PICOS_PER_MICRO / board.clockMHz();
        out.name("process_name", STEPS_PID, 0, "steps");
        for (int c = 0; c < cores; c++) {
            out.name("process_name", c + 1, 0, "core " + c);
            for (Unit u : Unit.values()) {
                if (u != Unit.SEQ) {
                    out.name("thread_name", c + 1, u.ordinal() + 1, u.name());
                }
            }
            out.name("thread_name", c + 1, SEQUENCER_TID, "SEQ waits");
        }
    }

    private long picos(double cycle) {
        return Math.round((base + cycle) * picosPerCycle);
    }

    void instruction(InstructionSpan s) {
        long work = s.moved();
        if (s.opcode() == Opcode.SYNC) {
            work = s.moved() - s.cycles().busy();
            if (work > s.own()) {
                out.slice(s.core() + 1, s.unit().ordinal() + 1, "wait for cores", picos(s.own()),
                        picos(work), "\"index\":" + s.index());
            }
        }
        long from = s.opcode() == Opcode.SYNC ? work : s.own();
        if (s.moved() > from) {
            out.slice(s.core() + 1, s.unit().ordinal() + 1, s.opcode().mnemonic(), picos(from),
                    picos(s.moved()), "\"index\":" + s.index() + ",\"start\":" + s.start()
                    + ",\"end\":" + s.end() + ",\"bytes\":" + s.bytes() + ",\"macs\":" + s.macs()
                    + ",\"busy\":" + s.cycles().busy());
        }
        if (s.unit() == Unit.MPE || s.unit() == Unit.SFU) {
            String key = "core " + s.core() + " " + s.unit() + " busy %";
            busyPid.put(key, s.core() + 1);
            busy.computeIfAbsent(key, _ -> new Bins(BIN_CYCLES)).add(base + s.start(),
                    base + s.moved(), s.cycles().busy());
        }
    }

    void sequencer(int core, String waitsFor, long from, long to) {
        out.slice(core + 1, SEQUENCER_TID, waitsFor, picos(from), picos(to), "");
    }

    void channel(ChannelSpan s) {
        ChannelTracks tracks = memories.computeIfAbsent(s.kind(), kind -> {
            int pid = MEMORY_PIDS + memories.size();
            out.name("process_name", pid, 0, kind);
            return new ChannelTracks(pid);
        });
        Open open = tracks.open.get(s.channel());
        if (open == null) {
            out.name("thread_name", tracks.pid, s.channel() + 1, s.kind() + " " + s.channel());
        }
        if (open == null || open.to != s.from() || open.write != s.write()) {
            flush(tracks, s.channel(), open);
            open = new Open(s);
            tracks.open.put(s.channel(), open);
        }
        open.to = s.to();
        open.dataTicks += s.dataTicks();
        open.bytes += s.bytes();
        open.requests++;
        tracks.bytes.add(base + cycles(s.from(), s.clock()), base + cycles(s.to(), s.clock()),
                s.bytes());
    }

    private static double cycles(long tick, ClockRatio clock) {
        return (double) tick * clock.kernel() / clock.memory();
    }

    private void flush(ChannelTracks tracks, int channel, Open o) {
        if (o != null && o.requests > 0) {
            out.slice(tracks.pid, channel + 1, o.write ? "write" : "read",
                    picos(cycles(o.from, o.clock)), picos(cycles(o.to, o.clock)), "\"bytes\":"
                    + o.bytes + ",\"requests\":" + o.requests + ",\"dataTicks\":" + o.dataTicks);
            o.requests = 0;
        }
    }

    /** A step is over; the next one begins where it ends. */
    void endStep(String name, long cycles) {
        memories.values().forEach(t -> t.open.forEach((channel, o) -> {
            flush(t, channel, o);
            o.to = -1;
        }));
        out.slice(STEPS_PID, 1, TraceEvents.escaped(name), picos(0), picos(cycles),
                "\"cycles\":" + cycles);
        base += cycles;
    }

    private void counter(int pid, String name, String unit, Bins bins, double scale) {
        for (int b = 0; b < bins.size(); b++) {
            out.counter(pid, name, unit, Math.round((double) b * BIN_CYCLES * picosPerCycle),
                    bins.rate(b) * scale);
        }
    }

    /** Writes the counters and puts the file in its place. */
    void commit() throws IOException {
        memories.forEach((kind, t) -> counter(t.pid, kind + " GB/s", "GB/s", t.bytes,
                board.clockMHz() / 1e3));
        busy.forEach((name, bins) -> counter(busyPid.get(name), name, "%", bins, 100));
        out.commit();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
