package dev.skein.runtime.backend.csd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.attention.AttentionPolicy;
import dev.skein.compiler.attention.PolicyAttention;
import dev.skein.compiler.attention.PolicyText;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.ir.CachedAttention;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.hls.number.KvPages;
import dev.skein.hls.number.Sparf;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.attention.PageTouches;
import dev.skein.sim.csd.CsdDrive;
import dev.skein.sim.csd.Touched;
import dev.skein.sim.csd.fault.DriveException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model's cache in a drive, on random models of every family. */
class CsdCacheTest {
    private static final int CONTEXT = 64;

    @TempDir
    private Path folder;

    private CsdCache open(ModelConfig config, AttentionPolicy policy, String name)
            throws IOException {
        return CsdCache.open(GraphBuilder.build(config), config.maxPositions(), policy,
                Optional.of(folder.resolve(name)));
    }

    private static float[] logits(ModelConfig config, long seed, CachedAttention cached,
            int[] tokens) {
        Graph graph = GraphBuilder.build(config);
        return new Interpreter(graph, new SeededWeights(config, seed), Optional.of(cached))
                .stepAll(tokens);
    }

    private static AttentionPolicy sparf(ModelConfig config, int tokens) {
        int k = Math.max(1, tokens / 3);
        return new AttentionPolicy.SparF(new Sparf(Math.ceilDiv(config.attention().headDim(), 3),
                k, Math.ceilDiv(k, 2)));
    }

    @Test
    void theDrivesBitsAreThoseOfThePolicyInMemory() throws IOException {
        long groups = 0;
        for (long seed = 0; seed < 6; seed++) {
            ModelConfig config = RandomModels.config(seed, CONTEXT);
            int[] tokens = RandomModels.tokens(config, seed, CONTEXT);
            var sparf = (AttentionPolicy.SparF) sparf(config, tokens.length);
            for (AttentionPolicy policy : List.of(new AttentionPolicy.Dense(), sparf)) {
                float[] memory = logits(config, seed, new PolicyAttention(policy, CONTEXT),
                        tokens);
                try (CsdCache cache = open(config, policy, seed + policy.toString())) {
                    assertArrayEquals(memory, logits(config, seed, cache, tokens),
                            "seed " + seed + ", " + policy);
                    groups += cache.touched().keyPages();
                }
            }
            assertArrayEquals(logits(config, seed, new PolicyAttention(new AttentionPolicy.SparQ(
                    sparf.sparf()), CONTEXT), tokens), logits(config, seed,
                    new PolicyAttention(sparf, CONTEXT), tokens));
        }
        assertTrue(groups > 500, "only " + groups + " pages of flash were read");
    }

    /** What the measurement counts without a drive is what the drive reads. */
    @Test
    void theDriveTouchesThePagesThatAreCounted() throws IOException {
        try (Model model = Model.open(BundledModel.resolve(BundledModel.TALES))) {
            Graph graph = GraphBuilder.build(model.config());
            int[] tokens = IntStream.range(1, 200).toArray();
            var policy = new AttentionPolicy.SparF(new Sparf(5, 24, 8));
            var memory = new PolicyAttention(policy, tokens.length);
            int dim = model.config().attention().headDim();
            KvPages pages = KvPages.ofGroup(16, dim, 4);
            var touches = new PageTouches(pages, policy.sparf());
            long[] dense = new long[1];
            memory.observe((place, length, chosen) -> {
                touches.attended(place, length, chosen);
                dense[0] += chosen.channels().length == 0 ? length / pages.groupTokens() : 0;
            });
            new Interpreter(graph, model.weights(), Optional.of(memory)).step(tokens);
            try (CsdCache cache = CsdCache.open(graph, tokens.length, policy, Optional.empty())) {
                new Interpreter(graph, model.weights(), Optional.of(cache)).step(tokens);
                Touched t = cache.touched();
                double groups = t.groupsStored() - dense[0];
                assertEquals((t.keyPages() - dense[0]) / groups, touches.real().tokenPages(),
                        1e-12);
                assertEquals(t.entryPages() / (double) t.entryPagesStored(),
                        touches.real().channelPages(), 1e-12);
                assertEquals((t.entryPages() + t.tailPages() + t.keyPages() + t.valuePages()
                        - 2.0 * dense[0]) / (2 * groups), touches.real().ofDense(), 1e-12);
            }
        }
    }

    @Test
    void aFolderIsKeptAndItsTaskReplacedATemporaryOneIsNot() throws IOException {
        ModelConfig config = RandomModels.config(1);
        int[] tokens = RandomModels.tokens(config, 1, 5);
        Path kept = folder.resolve("kept");
        float[] first;
        try (CsdCache cache = open(config, new AttentionPolicy.Dense(), "kept")) {
            first = logits(config, 1, cache, tokens);
            cache.reset();
            assertArrayEquals(first, logits(config, 1, cache, tokens));
        }
        try (CsdDrive drive = CsdDrive.open(kept)) {
            assertEquals(List.of(1), drive.tasks());
            assertEquals(tokens.length, drive.tokens(1, 0, 0));
        }
        try (CsdCache cache = open(config, new AttentionPolicy.Dense(), "kept")) {
            assertArrayEquals(first, logits(config, 1, cache, tokens));
        }
        Path temporary;
        try (CsdCache cache = CsdCache.open(GraphBuilder.build(config), 8,
                new AttentionPolicy.Dense(), Optional.empty())) {
            logits(config, 1, cache, tokens);
            temporary = cache.folder();
            assertTrue(Files.exists(temporary));
        }
        assertFalse(Files.exists(temporary));
    }

    @Test
    void whatADriveDoesNotDoIsRefused() throws IOException {
        ModelConfig config = RandomModels.config(1);
        for (String policy : List.of("h2o:k=4", "sparq:r=1,k=4", "keyformer:k=2", "local:window=2",
                "streaming:window=3")) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> open(config, PolicyText.parse(policy), "refused")).getMessage();
            assertTrue(message.contains("allowed are dense and sparf"), message);
        }
        assertThrows(IllegalArgumentException.class,
                () -> open(config, PolicyText.parse("sparf:r=999,k=4"), "refused"));
        assertFalse(Files.exists(folder.resolve("refused")));
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("letter.txt"), "not a drive");
        assertThrows(DriveException.class,
                () -> open(config, new AttentionPolicy.Dense(), "other"));
        assertEquals("not a drive", Files.readString(other.resolve("letter.txt")));
        // Tokens that do not follow those that are there: a step that failed before.
        try (CsdCache cache = open(config, new AttentionPolicy.Dense(), "order")) {
            int[] tokens = RandomModels.tokens(config, 1, 3);
            logits(config, 1, cache, tokens);
            assertThrows(DriveException.class, () -> logits(config, 1, cache, tokens));
        }
    }
}
