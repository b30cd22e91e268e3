package dev.skein.ffi.xrt;

import dev.skein.ffi.xrt.XrtException.Failure;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The other end of {@link XrtChild}: one request at a time, each with a limit. */
final class XrtProcess implements AutoCloseable {
    private static final int SIGNALS = 128;
    private static final int LINES = 8;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final int PAUSE_MILLIS = 10;
    private static final int PAUSES = 20;

    /** Writes the fields of a request. */
    interface Fields {
        /** Writes them. */
        void writeTo(DataOutputStream out) throws IOException;
    }

    private final Process process;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Thread listener;
    private final Deque<String> lines = new ArrayDeque<>();

    XrtProcess(List<String> command, XrtEnvironment environment) throws IOException {
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment.variables());
        process = builder.start();
        in = new DataInputStream(process.getInputStream());
        out = new DataOutputStream(process.getOutputStream());
        listener = Thread.ofVirtual().start(this::listen);
    }

    /** What XRT and the JVM say last is the only reason they give when they end the process. */
    private void listen() {
        try (var text = new BufferedReader(new InputStreamReader(process.getErrorStream(),
                StandardCharsets.UTF_8))) {
            for (String line = text.readLine(); line != null; line = text.readLine()) {
                synchronized (lines) {
                    // What XRT says of itself when it starts is no reason for anything.
                    if (line.startsWith("[XRT] ") || line.startsWith("  what()")
                            || line.startsWith("Exception ") || line.startsWith("terminate ")
                            || line.startsWith("# ") && line.contains("SIG")) {
                        lines.add(line.replaceFirst("^# +", "").strip());
                    }
                    if (lines.size() > LINES) {
                        lines.remove();
                    }
                }
            }
        } catch (IOException e) {
            // The process is gone: whoever asks it next is told so.
            process.destroyForcibly();
        }
    }

    /** The number of the process. */
    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Asks.
     *
     * @param limit after which the process is ended
     * @return the fields of the answer
     */
    ByteBuffer ask(Request request, Duration limit, Fields fields) {
        var over = new AtomicBoolean();
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(() -> {
            over.set(true);
            process.destroyForcibly();
        }, CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
        try {
            send(request, fields);
            int length = in.readInt();
            if (length < 1 || length > Request.LARGEST_FRAME) {
                throw new IOException("frame of " + length + " bytes");
            }
            int good = in.readUnsignedByte();
            byte[] answer = new byte[length - 1];
            in.readFully(answer);
            if (good != Request.GOOD) {
                throw failed(ByteBuffer.wrap(answer));
            }
            return ByteBuffer.wrap(answer);
        } catch (IOException e) {
            throw gone(request, over.get(), limit);
        } finally {
            watchdog.cancel(false);
        }
    }

    private void send(Request request, Fields fields) throws IOException {
        var body = new ByteArrayOutputStream();
        fields.writeTo(new DataOutputStream(body));
        out.writeInt(body.size() + 1);
        out.writeByte(request.ordinal());
        body.writeTo(out);
        out.flush();
    }

    /** A text of an answer. */
    static String text(ByteBuffer answer) {
        byte[] bytes = new byte[Short.toUnsignedInt(answer.getShort())];
        answer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private XrtException failed(ByteBuffer answer) throws IOException {
        return Failures.of(text(answer), answer.getLong(), answer.getInt(), said());
    }

    /** What was said on standard error, which may come a moment after the answer. */
    private String said() {
        try {
            for (int i = 0; i < PAUSES; i++) {
                synchronized (lines) {
                    if (!lines.isEmpty()) {
                        String last = lines.removeLast();
                        lines.clear();
                        return last;
                    }
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "";
    }

    private XrtException gone(Request request, boolean timedOut, Duration limit) {
        process.destroyForcibly();
        String how = "it does not end";
        try {
            if (process.waitFor(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
                int code = process.exitValue();
                how = code > SIGNALS ? "signal " + (code - SIGNALS) : "exit code " + code;
            }
            listener.join(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (timedOut) {
            return new XrtException(Failure.TIMEOUT, "XRT did not answer " + request + " within "
                    + limit.toMillis() + " ms: its process " + pid() + " was ended and the card's"
                    + " handle closed; run it again with a longer --timeout, or reset the card"
                    + " with 'xbutil reset'");
        }
        String said = said();
        return new XrtException(Failure.PROCESS_DIED, "the process " + pid() + " that held the card"
                + " died in " + request + " (" + how + (said.isEmpty() ? "" : ": " + said)
                + "), and the system has closed the card's handle; run it again, and check the"
                + " xclbin and the installation of XRT if it comes again");
    }

    /** Ends the process; what XRT would do at a regular exit, it does wrong in some versions. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
