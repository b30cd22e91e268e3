package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.Observer;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.Weights;
import dev.skein.compiler.testing.ArraySource;
import dev.skein.compiler.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** minGPT's gpt-nano, trained to sort six of three letters: every activation of three inputs. */
class GptNanoSortTest {
    private static final int HEADS = 3;
    private static final int HEAD_DIM = 16;
    private static final double TOLERANCE = 1e-5;

    /** Recorded name, name in the graph; the recording is of block 0 unless stated. */
    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("tok_emb", "embed"), Map.entry("x", "positions"),
            Map.entry("ln1", "layer.0.attn_norm"), Map.entry("y", "layer.0.attn"),
            Map.entry("yProj", "layer.0.o"), Map.entry("attnResid", "layer.0.attn_add"),
            Map.entry("ln2", "layer.0.mlp_norm"), Map.entry("fc", "layer.0.up"),
            Map.entry("gelu", "layer.0.act"), Map.entry("mlp", "layer.0.down"),
            Map.entry("mlpResid", "layer.0.mlp_add"), Map.entry("block0", "layer.0.mlp_add"),
            Map.entry("block1", "layer.1.mlp_add"), Map.entry("block2", "layer.2.mlp_add"),
            Map.entry("ln_f", "final_norm"), Map.entry("lm_head", "logits"));

    private record Model(Graph graph, Weights weights) {
        Interpreter interpreter() {
            return new Interpreter(graph, weights);
        }
    }

    private static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(SharedData.file("models/" + name).toFile());
    }

    private static float[] floats(JsonNode tensor) {
        byte[] bytes = Base64.getDecoder().decode(tensor.get("data").asText());
        float[] values = new float[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    private static Model model() throws IOException {
        JsonNode json = json("gpt-nano-sort-model.json");
        ArraySource source = new ArraySource();
        json.properties().forEach(e -> {
            if (e.getValue().has("data")) {
                long[] shape = new long[e.getValue().get("shape").size()];
                Arrays.setAll(shape, i -> e.getValue().get("shape").get(i).asLong());
                source.add(e.getKey(), floats(e.getValue()), shape);
            }
        });
        ModelConfig config = MinGptConfig.parse(JsonFields.parse("gpt-nano",
                json.get("config").toString().getBytes(StandardCharsets.UTF_8),
                ReaderLimits.DEFAULT));
        TensorNames names = TensorNames.of(config, Naming.Container.MINGPT,
                source.tensors().keySet());
        return new Model(GraphBuilder.build(config), new ModelWeights(config, source, names));
    }

    /** Values and attention of one input by recorded name, each a row-major array. */
    private static final class Recorder implements Observer {
        private final Map<String, float[]> values = new HashMap<>();
        private final int tokens;

        Recorder(int tokens) {
            this.tokens = tokens;
            float[] masked = new float[HEADS * tokens * tokens];
            Arrays.fill(masked, Float.NEGATIVE_INFINITY);
            values.put("att", masked);
            values.put("attSm", new float[masked.length]);
        }

        @Override
        public void computed(Value value, int rows, float[] data) {
            values.put(value.name(), data);
        }

        @Override
        public void attended(Value value, int row, int head, float[] scores,
                float[] probabilities) {
            if (value.name().equals("layer.0.attn")) {
                int at = (head * tokens + row) * tokens;
                System.arraycopy(scores, 0, values.get("att"), at, scores.length);
                System.arraycopy(probabilities, 0, values.get("attSm"), at, scores.length);
            }
        }

        /** {@code [tokens, heads, headDim]} as {@code [heads, tokens, headDim]}. */
        float[] headsFirst(String name) {
            float[] in = values.get(name);
            float[] out = new float[in.length];
            for (int i = 0; i < in.length; i++) {
                int token = i / (HEADS * HEAD_DIM);
                int head = i / HEAD_DIM % HEADS;
                out[(head * tokens + token) * HEAD_DIM + i % HEAD_DIM] = in[i];
            }
            return out;
        }
    }

    @Test
    void everyRecordedActivationIsReproduced() throws IOException {
        JsonNode golden = json("gpt-nano-sort-t0-partials.json");
        Model model = model();
        float[] ids = floats(golden.get("idx"));
        int tokens = golden.get("idx").get("shape").get(1).asInt();
        for (int input = 0; input < ids.length / tokens; input++) {
            int from = input * tokens;
            int[] step = new int[tokens];
            Arrays.setAll(step, i -> (int) ids[from + i]);
            Recorder recorder = new Recorder(tokens);
            Interpreter interpreter = model.interpreter();
            interpreter.observe(recorder);
            interpreter.stepAll(step);
            for (Map.Entry<String, String> e : VALUES.entrySet()) {
                assertClose(golden, e.getKey(), input, recorder.values.get(e.getValue()));
            }
            for (String part : List.of("q", "k", "v")) {
                assertClose(golden, part, input, recorder.headsFirst("layer.0." + part));
            }
            assertClose(golden, "att", input, recorder.values.get("att"));
            assertClose(golden, "attSm", input, recorder.values.get("attSm"));
        }
    }

    private static void assertClose(JsonNode golden, String name, int input, float[] actual) {
        float[] all = floats(golden.get(name));
        int size = actual.length;
        assertTrue(all.length % size == 0, name);
        float[] expected = Arrays.copyOfRange(all, input * size, (input + 1) * size);
        for (int i = 0; i < size; i++) {
            assertEquals(expected[i], actual[i], TOLERANCE, name + " of input " + input
                    + " element " + i);
        }
    }

    @Test
    void itSorts() throws IOException {
        Model model = model();
        for (int code = 0; code < 729; code += 7) {
            int[] letters = new int[6];
            for (int i = 0, rest = code; i < 6; i++, rest /= 3) {
                letters[i] = rest % 3;
            }
            Interpreter interpreter = model.interpreter();
            float[] logits = interpreter.step(letters);
            int[] sorted = new int[6];
            for (int i = 0; i < 6; i++) {
                sorted[i] = argmax(logits);
                logits = i < 5 ? interpreter.step(sorted[i]) : logits;
            }
            int[] expected = letters.clone();
            Arrays.sort(expected);
            assertArrayEquals(expected, sorted, Arrays.toString(letters));
        }
    }

    private static int argmax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
