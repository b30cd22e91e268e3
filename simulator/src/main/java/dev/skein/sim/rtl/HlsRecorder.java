package dev.skein.sim.rtl;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes everything that is done to a card into a file, which {@code skein_hls_replay} runs again
 * without a JVM: under sanitizers, in a debugger, or on another machine. What is read from the card
 * is what the replay has to find there. The format is in {@code csim/dump.h}.
 */
public final class HlsRecorder implements HlsPort {
    private static final int OPEN = 1;
    private static final int RESERVE = 2;
    private static final int WRITE = 3;
    private static final int STREAM = 4;
    private static final int BUFFERS = 5;
    private static final int BASE = 6;
    private static final int REGION = 8;
    private static final int STEP = 9;
    private static final int EXPECT = 10;
    private static final int WORD = 11;
    private static final int ATTEMPT = 12;
    private static final int RECORD_BYTES = 32;
    private static final byte[] NONE = {};

    private final HlsPort card;
    private final OutputStream out;

    /**
     * A recorder.
     *
     * @param card does what is recorded
     * @param file is written anew
     */
    public HlsRecorder(HlsPort card, Path file) throws IOException {
        this.card = card;
        this.out = new BufferedOutputStream(Files.newOutputStream(file));
    }

    private void put(int kind, int core, int a, int b, long x, long y, byte[] data) {
        byte[] head = new byte[RECORD_BYTES];
        ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putInt(kind).putInt(core).putInt(a)
                .putInt(b).putLong(x).putLong(y);
        try {
            out.write(head);
            out.write(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void open(int cores) {
        card.open(cores);
        put(OPEN, 0, cores, 0, 0, 0, NONE);
    }

    @Override
    public void reserve(int core, int memory, long bytes) {
        card.reserve(core, memory, bytes);
        put(RESERVE, core, memory, 0, bytes, 0, NONE);
    }

    @Override
    public void write(int core, int memory, long address, byte[] data) {
        card.write(core, memory, address, data);
        put(WRITE, core, memory, 0, address, data.length, data);
    }

    @Override
    public void read(int core, int memory, long address, byte[] data) {
        card.read(core, memory, address, data);
        put(EXPECT, core, memory, 0, address, data.length, data);
    }

    @Override
    public void stream(int core, byte[] words) {
        card.stream(core, words);
        put(STREAM, core, 0, 0, 0, words.length, words);
    }

    @Override
    public void buffers(int actBytes, int wgtBytes, int parBytes) {
        card.buffers(actBytes, wgtBytes, parBytes);
        put(BUFFERS, 0, actBytes, wgtBytes, parBytes, 0, NONE);
    }

    @Override
    public void base(int core, int base, long value) {
        card.base(core, base, value);
        put(BASE, core, base, 0, value, 0, NONE);
    }

    @Override
    public void region(int core, int memory, long offset, long bytes, boolean writable) {
        card.region(core, memory, offset, bytes, writable);
        put(REGION, core, memory, writable ? 1 : 0, offset, bytes, NONE);
    }

    @Override
    public HlsOutcome run(int position, int tokens) {
        HlsOutcome outcome = card.run(position, tokens);
        put(STEP, 0, position, tokens, 0, 0, NONE);
        return outcome;
    }

    @Override
    public byte[] peek(int core, int space, int bytes) {
        return card.peek(core, space, bytes);
    }

    /** Replaces an instruction, in the replay only. */
    void word(int core, int index, byte[] word) {
        put(WORD, core, 0, 0, index, word.length, word);
    }

    /** Runs a step that may end as it likes, in the replay only. */
    void attempt(int position, int tokens, long budget) {
        put(ATTEMPT, 0, position, tokens, budget, 0, NONE);
    }

    @Override
    public void close() {
        card.close();
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
