package dev.skein.runtime.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.Step;
import dev.skein.runtime.device.StepCost;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A device whose steps are written to a run log as they end: of a run that is cut off the log has
 * all steps that were done. Closing it closes the log, not the device.
 */
public final class RecordingAccelerator implements Accelerator, Closeable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Accelerator device;
    private final OutputStream out;
    private final CRC32C sum = new CRC32C();

    /**
     * Begins a log.
     *
     * @param file written anew
     * @throws IOException if it cannot be written
     */
    public RecordingAccelerator(Accelerator device, Path file, RunLog.Head head)
            throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a folder; name a file to write");
        }
        this.device = device;
        this.out = new BufferedOutputStream(Files.newOutputStream(file));
        line(json(head));
    }

    private static ObjectNode json(RunLog.Head head) {
        ObjectNode json = JSON.createObjectNode();
        json.put("skeinRunLog", RunLog.VERSION).put("device", head.device())
                .put("source", head.source()).put("model", head.header().config().name())
                .put("weights", head.weights()).put("board", head.board())
                .put("vocabSize", head.limits().vocabSize())
                .put("maxContext", head.limits().maxContext())
                .put("maxTokens", head.limits().maxTokens());
        head.prompt().forEach(json.putArray("prompt")::add);
        json.put("tokens", head.maxNew()).put("temperature", head.sampling().temperature())
                .put("topK", head.sampling().topK()).put("topP", head.sampling().topP())
                .put("seed", head.sampling().seed());
        ObjectNode files = json.putObject("files");
        head.header().files().forEach((name, bytes) ->
                files.put(name, Base64.getEncoder().encodeToString(bytes)));
        return json;
    }

    private void line(ObjectNode json) throws IOException {
        byte[] bytes = (JSON.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8);
        sum.update(bytes);
        out.write(bytes);
        out.flush();
    }

    @Override
    public Step step(int... tokens) {
        int before = device.position();
        long start = System.nanoTime();
        Step step = device.step(tokens);
        long nanos = System.nanoTime() - start;
        ObjectNode json = JSON.createObjectNode().put("position", before);
        ArrayNode ids = json.putArray("tokens");
        for (int token : tokens) {
            ids.add(token);
        }
        json.put("wallNanos", nanos).put("logits", base64(step.logits()));
        step.cost().ifPresent(cost -> cost(json.putObject("cost"), cost));
        try {
            line(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return step;
    }

    private static String base64(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(4, values.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static void cost(ObjectNode json, StepCost cost) {
        json.put("cycles", cost.cycles()).put("seconds", cost.seconds())
                .put("bytesMoved", cost.bytesMoved())
                .put("bandwidthUtilisation", cost.bandwidthUtilisation())
                .put("joules", cost.joules()).put("boundBy", cost.boundBy());
        ObjectNode ops = json.putObject("opSeconds");
        cost.opSeconds().forEach(ops::put);
    }

    /**
     * Ends the log.
     *
     * @param tokens prompt and generated ids
     * @throws IOException if it cannot be written
     */
    public void end(int[] tokens) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode ids = json.putArray("end");
        for (int token : tokens) {
            ids.add(token);
        }
        json.put("crc32c", HexFormat.of().toHexDigits((int) sum.getValue())
                .toLowerCase(Locale.ROOT));
        line(json);
    }

    @Override
    public int position() {
        return device.position();
    }

    @Override
    public void reset() {
        device.reset();
    }

    @Override
    public int maxContext() {
        return device.maxContext();
    }

    @Override
    public int maxTokens() {
        return device.maxTokens();
    }

    @Override
    public boolean computes() {
        return device.computes();
    }

    @Override
    public String description() {
        return device.description();
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
