package dev.skein.runtime.explore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Outcomes on disk: a line of JSON that says which search it is, then a line of JSON an outcome, in
 * the order in which they became known, each written through to the device. What a crash leaves of
 * a last line is dropped; a file of another search is refused.
 */
final class Journal implements AutoCloseable {
    /** Journals are a few hundred bytes a candidate; anything larger is something else. */
    private static final long MAX_BYTES = 1L << 28;
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final FileChannel channel;
    private final Map<Integer, Outcome> known = new HashMap<>();

    /** What makes two searches the same. */
    record Header(String version, long seed, Task.Workload workload, String boardSha256) {}

    private Journal(FileChannel channel) {
        this.channel = channel;
    }

    /** A journal that forgets. */
    static Journal none() {
        return new Journal(null);
    }

    /**
     * Opens a journal or begins one.
     *
     * @throws IllegalArgumentException if the file is the journal of another search
     */
    static Journal open(Path file, Header header) throws IOException {
        boolean old = Files.exists(file) && Files.size(file) > 0;
        if (old && Files.size(file) > MAX_BYTES) {
            throw new IllegalArgumentException(file + ": " + Files.size(file)
                    + " bytes, a journal has at most " + MAX_BYTES);
        }
        String text = old ? Files.readString(file) : "";
        int complete = text.lastIndexOf('\n') + 1;
        var journal = new Journal(FileChannel.open(file, StandardOpenOption.CREATE,
                StandardOpenOption.WRITE));
        try {
            journal.read(file, text.substring(0, complete), header);
            long bytes = text.substring(0, complete).getBytes(StandardCharsets.UTF_8).length;
            journal.channel.truncate(bytes);
            journal.channel.position(bytes);
            if (complete == 0) {
                journal.line(JSON.writeValueAsString(header));
            }
            return journal;
        } catch (IOException | IllegalArgumentException e) {
            journal.close();
            throw e;
        }
    }

    private void read(Path file, String text, Header header) {
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            try {
                if (number > 1) {
                    Outcome outcome = JSON.readValue(line, Outcome.class);
                    known.put(outcome.task().index(), outcome);
                } else if (!JSON.readValue(line, Header.class).equals(header)) {
                    throw new IllegalArgumentException(file + ": line 1: the journal of another"
                            + " search: found " + line + ", this one is "
                            + JSON.writeValueAsString(header)
                            + "; give the same options or another file");
                }
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(file + ": line " + number
                        + ": not a line of a journal: " + e.getOriginalMessage(), e);
            }
        }
    }

    /** What is known of a candidate, or null. */
    Outcome outcome(Task task) {
        Outcome outcome = known.get(task.index());
        return outcome != null && outcome.task().equals(task) ? outcome : null;
    }

    /** Keeps an outcome. */
    void add(Outcome outcome) throws IOException {
        if (channel != null) {
            line(JSON.writeValueAsString(outcome));
        }
    }

    private void line(String json) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
