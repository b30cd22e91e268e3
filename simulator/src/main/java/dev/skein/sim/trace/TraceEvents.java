package dev.skein.sim.trace;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A timeline in the JSON object form of Chrome's trace event format: metadata (M), complete slices
 * (X) and counters (C), times in microseconds. Times are rounded to picoseconds as points, never as
 * durations, so that slices which meet stay so.
 */
final class TraceEvents implements Closeable {
    static final int PICOS_PER_MICRO = 1_000_000;

    private final AtomicText out;
    private boolean first = true;

    /** @param otherData members of the object that says what was traced */
    TraceEvents(Path file, String otherData) throws IOException {
        this.out = new AtomicText(file);
        out.write("{\"displayTimeUnit\":\"ns\",\"otherData\":{" + otherData
                + "},\n\"traceEvents\":[\n");
    }

    static String escaped(String s) {
        var out = new StringBuilder();
        for (char c : s.toCharArray()) {
            out.append(c < ' ' || c == '"' || c == '\\' ? String.format("\\u%04x", (int) c)
                    : Character.toString(c));
        }
        return out.toString();
    }

    /** Microseconds with all digits of the picoseconds. */
    private static String micros(long picos) {
        return picos / PICOS_PER_MICRO + "."
                + Long.toString(PICOS_PER_MICRO + picos % PICOS_PER_MICRO).substring(1);
    }

    private void event(String json) {
        out.write(first ? json : ",\n" + json);
        first = false;
    }

    /** @param what {@code process_name} or {@code thread_name} */
    void name(String what, int pid, int tid, String name) {
        event("{\"ph\":\"M\",\"name\":\"" + what + "\",\"pid\":" + pid + ",\"tid\":" + tid
                + ",\"args\":{\"name\":\"" + escaped(name) + "\"}}");
    }

    void slice(int pid, int tid, String name, long fromPicos, long toPicos, String args) {
        event("{\"ph\":\"X\",\"name\":\"" + name + "\",\"pid\":" + pid + ",\"tid\":" + tid
                + ",\"ts\":" + micros(fromPicos) + ",\"dur\":" + micros(toPicos - fromPicos)
                + ",\"args\":{" + args + "}}");
    }

    /** @param unit of the value, which its name in the file is */
    void counter(int pid, String name, String unit, long atPicos, double value) {
        event(String.format(Locale.ROOT, "{\"ph\":\"C\",\"name\":\"%s\",\"pid\":%d,\"ts\":%s,"
                + "\"args\":{\"%s\":%.3f}}", name, pid, micros(atPicos), unit, value));
    }

    /** Puts the file in its place. */
    void commit() throws IOException {
        out.write("\n]}\n");
        out.commit();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
