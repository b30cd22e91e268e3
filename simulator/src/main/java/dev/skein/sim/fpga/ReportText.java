package dev.skein.sim.fpga;

import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.Unit;
import dev.skein.sim.memory.ChannelCounts;
import java.util.Locale;

/** Prints a {@link CycleReport}: every figure with its unit and, where needed, its definition. */
public final class ReportText {
    private ReportText() {}

    /** The whole report, several lines. */
    public static String of(CycleReport r) {
        var out = new StringBuilder();
        line(out, "%s at POS %d, CNT %d on %s (simulated, %.0f MHz kernel clock)", r.program(),
                r.position(), r.tokens(), r.board().name(), r.board().clockMHz());
        line(out, "  %,d cycles = %.3f ms, %.1f tok/s, bound by %s", r.cycles(),
                r.seconds() * 1e3, r.tokensPerSecond(), r.boundBy().text());
        line(out, "  HBM %.1f %% of %.1f GB/s (physical bytes / peak of all %d channels)",
                100 * r.bandwidthUtilisation(), r.board().hbmPeakGBps(), r.board().hbmChannels());
        for (Memory memory : Memory.values()) {
            memory(out, r, memory);
        }
        line(out, "  fetch %,d B of instructions from %s", r.fetch().readBytes(),
                r.board().fetch().source().key());
        for (int c = 0; c < r.cores().size(); c++) {
            core(out, c, r.cores().get(c), r.cycles());
        }
        for (Opcode opcode : Opcode.values()) {
            OpcodeCycles o = r.opcodes().get(opcode);
            if (o != null) {
                line(out, "  %-8s %,10d instructions, %,12d unit cycles", opcode, o.count(),
                        o.cycles());
            }
        }
        line(out, "  %.3f J per step, %.1f W (estimate from the board's coefficients)", r.joules(),
                r.joules() / r.seconds());
        r.joulesByComponent().forEach((c, joules) -> line(out, "  %-8s %10.6f J, %5.1f %% (%s)",
                c.text(), joules, 100 * joules / r.joules(), c.key()));
        return out.toString();
    }

    /** One line about the simulation itself. */
    public static String speed(CycleReport r, long wallNanos) {
        return String.format(Locale.ROOT, "%,d cycles in %.1f ms of wall time: %.1f M cycles/s",
                r.cycles(), wallNanos * 1e-6, r.cycles() * 1e3 / wallNanos);
    }

    private static void memory(StringBuilder out, CycleReport r, Memory memory) {
        MemoryTraffic t = r.memories().get(memory);
        ChannelCounts c = t.counts();
        line(out, "  %-5s read %,d B, written %,d B, physical %,d B, %.1f %% of its %d channels; "
                + "rows: %,d hits, %,d misses, %,d conflicts; %,d refreshes", memory,
                t.readBytes(), t.writtenBytes(), t.physicalBytes(),
                100 * r.bandwidthUtilisation(memory), t.channels(), c.rowHits(), c.rowMisses(),
                c.rowConflicts(), c.refreshes());
    }

    private static void core(StringBuilder out, int core, CoreCycles cycles, long total) {
        for (Unit unit : Unit.values()) {
            if (unit != Unit.SEQ) {
                UnitCycles u = cycles.unit(unit);
                line(out, "  core %d %-4s %5.1f %% busy, waits: %.1f %% token, %.1f %% memory, "
                        + "%.1f %% peer, %.1f %% dispatch, %.1f %% fetch; %.1f %% idle", core,
                        unit,
                        percent(u.busy(), total), percent(u.waitToken(), total),
                        percent(u.waitMemory(), total), percent(u.waitPeer(), total),
                        percent(u.waitDispatch(), total), percent(u.waitFetch(), total),
                        percent(u.idle(), total));
            }
        }
        SequencerCycles s = cycles.sequencer();
        line(out, "  core %d SEQ  %5.1f %% dispatch, waits: %.1f %% full queue, %.1f %% drain, "
                + "%.1f %% fetch; %.1f %% idle", core, percent(s.dispatch(), total),
                percent(s.waitQueue(), total), percent(s.waitDrain(), total),
                percent(s.waitFetch(), total), percent(s.idle(), total));
    }

    private static double percent(long part, long total) {
        return 100.0 * part / total;
    }

    private static void line(StringBuilder out, String format, Object... args) {
        out.append(String.format(Locale.ROOT, format, args)).append('\n');
    }
}
