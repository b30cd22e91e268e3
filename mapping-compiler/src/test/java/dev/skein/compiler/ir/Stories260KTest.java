package dev.skein.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.compiler.testing.Llama2cModel;
import dev.skein.compiler.testing.SharedData;
import org.junit.jupiter.api.Test;

/** The interpreter against what llama2.c and llama.cpp computed for a trained model. */
class Stories260KTest {
    private static final int VOCAB = 512;

    private static void assertLogits(float[] golden, float[] logits, int position,
            double tolerance) {
        for (int i = 0; i < VOCAB; i++) {
            assertEquals(golden[position * VOCAB + i], logits[i], tolerance,
                    "position " + position + " token " + i);
        }
    }

    private static int argmax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    @Test
    void greedyTokensAndLogitsAreThoseOfLlama2c() throws Exception {
        JsonNode tokens = new ObjectMapper().readTree(
                SharedData.file("golden/stories260K.greedy.json").toFile()).get("tokens");
        float[] logits64 = SharedData.floats("golden/stories260K.greedy.first64.logits.f32");
        Llama2cModel model = Llama2cModel.stories260K();
        Interpreter interpreter = new Interpreter(model.graph(), model.weights());
        int token = tokens.get(0).asInt();
        for (int i = 0; i < tokens.size(); i++) {
            assertEquals(tokens.get(i).asInt(), token, "token " + i);
            float[] logits = interpreter.step(token);
            if (i < 64) {
                assertLogits(logits64, logits, i, 1e-4);
            }
            token = argmax(logits);
        }
        assertTrue(tokens.size() >= 200, "golden tokens: " + tokens.size());
    }

    @Test
    void prefillAgreesWithBothReferenceImplementations() {
        int[] tokens = {1, 403, 407, 261, 378, 421, 13, 315, 417, 290, 500, 33, 44, 55, 66, 77};
        float[] llama2c = SharedData.floats("golden/stories260K_llama2c_logits_16x512_f32le.bin");
        float[] llamaCpp = SharedData.floats(
                "golden/stories260K_llamacpp_f32_logits_16x512_f32le.bin");
        Llama2cModel model = Llama2cModel.stories260K();
        Interpreter interpreter = new Interpreter(model.graph(), model.weights());
        float[] all = interpreter.stepAll(tokens);
        interpreter.reset();
        for (int i = 0; i < tokens.length; i++) {
            float[] row = java.util.Arrays.copyOfRange(all, i * VOCAB, (i + 1) * VOCAB);
            assertLogits(llama2c, row, i, 1e-4);
            assertLogits(llamaCpp, row, i, 1e-4);
            float[] step = interpreter.step(tokens[i]);
            assertEquals(java.util.Arrays.toString(step), java.util.Arrays.toString(row),
                    "prefill and decode differ at position " + i);
        }
    }
}
