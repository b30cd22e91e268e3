package dev.skein.runtime.backend.csd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.attention.AttentionPolicy;
import dev.skein.compiler.attention.PolicyAttention;
import dev.skein.compiler.frontend.Activation;
import dev.skein.compiler.frontend.Family;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.Positions;
import dev.skein.compiler.frontend.RopeScaling;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.CachedAttention;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.hls.number.Sparf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sequence whose keys and values do not fit in the heap, in a process of its own. */
class LargerThanHeapTest {
    private static final int HEAP_MIB = 20;
    private static final int TOKENS = 340;

    private record Answer(int exit, String said) {
        /** Bytes of heap, and a hash of the logits. */
        String[] figures() {
            assertEquals(0, exit, said);
            return said.substring(said.lastIndexOf('\n') + 1).split(" ");
        }
    }

    /** The child: prints its heap, and a hash of the last logits' bits. */
    static final class Decode {
        private Decode() {
        }

        public static void main(String[] args) throws IOException {
            if (args[0].equals("drive")) {
                try (CsdCache cache = CsdCache.open(graph(), TOKENS, policy(),
                        Optional.of(Path.of(args[1])))) {
                    print(logits(cache));
                }
            } else {
                print(logits(new PolicyAttention(policy(), TOKENS)));
            }
        }

        private static void print(float[] logits) {
            System.out.println(Runtime.getRuntime().maxMemory() + " " + Arrays.hashCode(logits));
        }
    }

    private static float[] logits(CachedAttention cached) {
        var interpreter = new Interpreter(graph(), new SeededWeights(config(), 1),
                Optional.of(cached));
        float[] logits = {};
        for (int token : RandomModels.tokens(config(), 1, TOKENS)) {
            logits = interpreter.step(token);
        }
        return logits;
    }

    /** Narrow but for its keys and values: 64 KiB a token. */
    private static ModelConfig config() {
        int headDim = 256;
        return new ModelConfig("wide", Family.LLAMA, 50, 8, 8, TOKENS,
                new ModelConfig.Attention(8, 8, headDim, false, false, false),
                new ModelConfig.Mlp(8, Activation.SILU, true, false),
                new ModelConfig.Norm(ModelConfig.Norm.Kind.RMS, 1e-5f),
                new Positions.Rope(10000, Positions.Rope.Style.HALF, headDim,
                        new RopeScaling.None()), true, ModelConfig.SpecialTokens.NONE);
    }

    private static Graph graph() {
        return GraphBuilder.build(config());
    }

    private static AttentionPolicy policy() {
        return new AttentionPolicy.SparF(new Sparf(16, 12, 4));
    }

    private static Answer decode(String... args) throws Exception {
        String[] command = {Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + HEAP_MIB + "m", "-XX:+UseSerialGC", "--add-modules", "jdk.incubator.vector",
            "-cp", System.getProperty("java.class.path"), Decode.class.getName()};
        String[] all = Arrays.copyOf(command, command.length + args.length);
        System.arraycopy(args, 0, all, command.length, args.length);
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), said.strip());
    }

    @Test
    void aCacheThatDoesNotFitInTheHeapGivesTheSameBits(
            @TempDir Path folder) throws Exception {
        Answer drive = decode("drive", folder.resolve("kv").toString());
        String[] said = drive.figures();
        var shape = config().attention();
        long bytes = (long) TOKENS * config().layers() * shape.kvHeads() * shape.headDim() * 2 * 2;
        assertTrue(Long.parseLong(said[0]) < bytes, said[0] + " bytes of heap for " + bytes);
        assertEquals(Integer.parseInt(said[1]), Arrays.hashCode(logits(
                new PolicyAttention(policy(), TOKENS))));
        // The same heap without a drive.
        Answer none = decode("memory");
        assertNotEquals(0, none.exit());
        assertTrue(none.said().contains("OutOfMemoryError"), none.said());
    }
}
