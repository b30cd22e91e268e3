package dev.skein.compiler.artifact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.frontend.model.ModelHeader;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import dev.skein.compiler.pass.QuantiseWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    @TempDir
    private Path folder;

    @Test
    void checkpointsAreReadBackToTheBit() throws IOException {
        String[] schemes = {"w8", "w3g32/w8", "w4@8:16", "mixed3.5g32@0.5/w8", "w2@2:16", "w8@2:4"};
        int next = 0;
        for (long seed : Artifacts.seeds(40, schemes.length)) {
            ModelHeader header = Artifacts.header(RandomModels.config(seed));
            String scheme = schemes[next++];
            Path at = Checkpoints.write(folder.resolve("m" + seed), header, scheme, seed);
            Weights expected = new SeededWeights(header.config(), seed);
            try (Model model = Model.open(at.toString())) {
                assertEquals(QuantScheme.parse(scheme), model.scheme().orElseThrow());
                for (Node node : new QuantiseWeights(QuantScheme.parse(scheme)).run(
                        GraphBuilder.build(model.config()), PassContext.shapesOnly()).nodes()) {
                    assertSame(node, expected, model.weights(), scheme + ", seed " + seed);
                }
            }
        }
    }

    private static void assertSame(Node node, Weights expected, Weights found, String at) {
        for (WeightRef ref : node.op().weights()) {
            String name = at + ", " + ref.name();
            if (!(node.op() instanceof Op.Linear linear) || !ref.equals(linear.weight())) {
                assertArrayEquals(expected.get(ref.name()), found.get(ref.name()), name);
                continue;
            }
            WeightFormat format = linear.format().orElseThrow();
            QuantisedMatrix a = expected.quantised(ref, format, 0, ref.rows());
            QuantisedMatrix b = found.quantised(ref, format, 0, ref.rows());
            assertArrayEquals(a.values(), b.values(), name);
            assertArrayEquals(a.groupScales(), b.groupScales(), name);
            assertArrayEquals(a.channelScales(), b.channelScales(), name);
            assertArrayEquals(a.classes(), b.classes(), name);
            int half = ref.rows() / 32 * 16;
            QuantisedMatrix part = found.quantised(ref, format, half, ref.rows() - half);
            assertArrayEquals(a.slice(half, ref.rows() - half).dequantise(), part.dequantise());
        }
    }

    @Test
    void withoutAFormatTheValuesAreWhatTheIntegersStandFor() throws IOException {
        Path at = Checkpoints.write(folder.resolve("m"), Checkpoints.header(), "w4@8:16", 3);
        try (Model model = Model.open(at.toString())) {
            var ref = new WeightRef("layer.0.down.weight", 16, 20);
            float[] values = model.weights().quantised(ref, WeightFormat.parse("w4g16@8:16"), 0, 16)
                    .dequantise();
            assertArrayEquals(values, model.weights().get(ref.name()));
            float[] two = new float[40];
            model.weights().readRows(ref, 5, 2, two);
            assertArrayEquals(Arrays.copyOfRange(values, 100, 140), two);
        }
    }

    @Test
    void foldersAppearWholeOrNotAtAll() throws IOException {
        Path at = Checkpoints.write(folder.resolve("m"), Checkpoints.header(), "w4", 3);
        assertEquals(at + " exists: name a folder that does not, or remove it",
                assertThrows(IOException.class, () -> Checkpoints.write(at, Checkpoints.header(),
                        "w4", 3)).getMessage());
        Path nowhere = folder.resolve("x/y");
        assertTrue(assertThrows(IOException.class, () -> Checkpoints.write(nowhere,
                Checkpoints.header(), "w4", 3)).getMessage().startsWith(nowhere
                + ": there is no folder "));
        assertThrows(IllegalStateException.class, () -> CheckpointWriter.write(
                folder.resolve("z"), Checkpoints.header(), new QuantiseWeights(
                        QuantScheme.parse("w4")).run(GraphBuilder.build(
                        Checkpoints.header().config()), PassContext.shapesOnly()),
                new SeededWeights(Checkpoints.header().config(), 1), QuantScheme.parse("w4"), "",
                _ -> {
                    throw new IllegalStateException("stopped");
                }));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }
}
