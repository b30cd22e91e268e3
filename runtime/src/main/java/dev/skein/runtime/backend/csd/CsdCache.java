package dev.skein.runtime.backend.csd;

import dev.skein.compiler.attention.AttentionPolicy;
import dev.skein.compiler.attention.DriveNumbers;
import dev.skein.compiler.ir.CachedAttention;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Op;
import dev.skein.hls.number.Half;
import dev.skein.hls.number.Sparf;
import dev.skein.sim.csd.Append;
import dev.skein.sim.csd.Attention;
import dev.skein.sim.csd.CsdDrive;
import dev.skein.sim.csd.DriveState;
import dev.skein.sim.csd.Touched;
import dev.skein.sim.csd.flash.FormatFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model's cache in a drive of files, which attends to it: the drive gets queries, keys and values
 * of a token and gives outputs. The bits are those of the same policy in memory,
 * {@link dev.skein.compiler.attention.PolicyAttention}.
 */
public final class CsdCache implements CachedAttention, AutoCloseable {
    /** The task of the model on the drive; one that is there already is replaced. */
    private static final int TASK = 1;

    private final Path folder;
    private final boolean temporary;
    private final CsdDrive drive;
    private final CacheShape shape;
    private final Sparf sparf;
    private Touched touched = Touched.NONE;

    private CsdCache(Path folder, boolean temporary, CsdDrive drive, CacheShape shape,
            Sparf sparf) {
        this.folder = folder;
        this.temporary = temporary;
        this.drive = drive;
        this.shape = shape;
        this.sparf = sparf;
    }

    /**
     * Opens a drive, or makes one.
     *
     * @param graph of the model
     * @param contextTokens most tokens of a sequence
     * @param policy dense or SparF
     * @param folder of the drive; without one it is a temporary folder, removed by {@link #close}
     * @throws IllegalArgumentException in one sentence, if a drive does not attend by the policy
     * @throws dev.skein.sim.csd.fault.DriveException if the folder cannot be used
     */
    public static CsdCache open(Graph graph, int contextTokens, AttentionPolicy policy,
            Optional<Path> folder) throws IOException {
        CacheShape shape = CacheShape.of(graph, contextTokens);
        Sparf sparf = sparf(policy, shape.task().headDim());
        boolean temporary = folder.isEmpty();
        Path at = temporary ? Files.createTempDirectory("skein-csd") : folder.get();
        try {
            if (!Files.exists(at.resolve(FormatFile.NAME))) {
                CsdDrive.format(at, "files", shape.geometry());
            }
            return new CsdCache(at, temporary, opened(at, shape), shape, sparf);
        } catch (RuntimeException e) {
            if (temporary) {
                remove(at);
            }
            throw e;
        }
    }

    private static CsdDrive opened(Path folder, CacheShape shape) {
        CsdDrive drive = CsdDrive.open(folder);
        try {
            if (drive.tasks().contains(TASK)) {
                drive.dropTask(TASK);
                drive.reclaim();
            }
            drive.createTask(TASK, shape.task());
            return drive;
        } catch (RuntimeException e) {
            drive.powerOff();
            throw e;
        }
    }

    private static Sparf sparf(AttentionPolicy policy, int headDim) {
        return switch (policy) {
            case AttentionPolicy.Dense _ -> Sparf.dense(headDim);
            case AttentionPolicy.SparF(var sparf) -> {
                if (sparf.channels() > headDim) {
                    throw new IllegalArgumentException("channels r: " + sparf.channels()
                            + "; a head has " + headDim);
                }
                yield sparf;
            }
            case AttentionPolicy.SparQ _, AttentionPolicy.HeavyHitter _,
                    AttentionPolicy.KeyTokens _, AttentionPolicy.Streaming _,
                    AttentionPolicy.Local _ -> throw new IllegalArgumentException("attention "
                            + policy + " in a drive: allowed are dense and sparf; others run on"
                            + " --device reference");
        };
    }

    @Override
    public float[] attend(Op.Attention op, int position, int rows, float[] q, float[] k,
            float[] v) {
        DriveNumbers.requireScale(op);
        short[] queries = DriveNumbers.halves("query", op.headDim(), q);
        short[] keys = DriveNumbers.halves("key", op.headDim(), k);
        short[] values = DriveNumbers.halves("value", op.headDim(), v);
        int token = op.kvHeads() * op.headDim();
        int group = op.heads() / op.kvHeads();
        var attention = new Attention(TASK, 0, op.layer(), 0, op.kvHeads(), group, sparf);
        float[] y = new float[q.length];
        for (int r = 0; r < rows; r++) {
            drive.append(new Append(TASK, 0, op.layer(), position + r, 1),
                    row(keys, r, token), row(values, r, token));
            Attention.Result result = drive.attend(attention, row(queries, r, group * token));
            touched = touched.plus(result.touched());
            for (int i = 0; i < group * token; i++) {
                y[r * group * token + i] = Half.toFloat(result.outputs()[i]);
            }
        }
        return y;
    }

    private static short[] row(short[] rows, int row, int width) {
        return Arrays.copyOfRange(rows, row * width, (row + 1) * width);
    }

    @Override
    public void reset() {
        drive.dropTask(TASK);
        drive.createTask(TASK, shape.task());
    }

    /** Where the files of the drive are. */
    Path folder() {
        return folder;
    }

    /** Pages that attention has touched since the drive was opened. */
    public Touched touched() {
        return touched;
    }

    /** What the drive holds and has done. */
    public DriveState state() {
        return drive.state();
    }

    /** Closes the drive; a temporary one is removed, another one keeps the sequence. */
    @Override
    public void close() {
        try {
            drive.close();
        } finally {
            if (temporary) {
                remove(folder);
            }
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
