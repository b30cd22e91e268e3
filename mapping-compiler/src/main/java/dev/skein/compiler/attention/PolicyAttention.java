package dev.skein.compiler.attention;

import dev.skein.compiler.ir.CachedAttention;
import dev.skein.compiler.ir.Op;
import dev.skein.hls.number.DriveAttention.Attended;
import dev.skein.hls.number.Half;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A binary16 cache in memory and attention to it by a policy. Queries, keys and values are rounded
 * half to even, limited to the greatest finite number. Every token, of a prompt too, attends as in
 * decode, so that it does not matter how tokens are split into steps.
 */
public final class PolicyAttention implements CachedAttention {
    private final AttentionPolicy policy;
    private final int contextTokens;
    private final Map<Integer, List<HeadAttention>> layers = new HashMap<>();
    private Sightings sightings = Sightings.NONE;

    /**
     * An empty cache.
     *
     * @param contextTokens most tokens of a sequence
     */
    public PolicyAttention(AttentionPolicy policy, int contextTokens) {
        this.policy = Objects.requireNonNull(policy, "policy");
        this.contextTokens = contextTokens;
    }

    /** Has what is attended to reported from now on. */
    public void observe(Sightings other) {
        sightings = Objects.requireNonNull(other, "sightings");
    }

    @Override
    public void reset() {
        layers.clear();
    }

    @Override
    public float[] attend(Op.Attention op, int position, int rows, float[] q, float[] k,
            float[] v) {
        DriveNumbers.requireScale(op);
        short[] queries = DriveNumbers.halves("query", op.headDim(), q);
        short[] keys = DriveNumbers.halves("key", op.headDim(), k);
        short[] values = DriveNumbers.halves("value", op.headDim(), v);
        List<HeadAttention> heads = layers.computeIfAbsent(op.layer(), _ ->
                IntStream.range(0, op.kvHeads()).mapToObj(h -> policy.open(place(op, h)))
                        .toList());
        int group = op.heads() / op.kvHeads() * op.headDim();
        float[] y = new float[q.length];
        for (int r = 0; r < rows; r++) {
            for (int h = 0; h < op.kvHeads(); h++) {
                heads.get(h).append(keys, values, (r * op.kvHeads() + h) * op.headDim());
                int at = (r * op.kvHeads() + h) * group;
                Attended attended = heads.get(h).attend(
                        Arrays.copyOfRange(queries, at, at + group));
                sightings.attended(place(op, h), position + r + 1, attended.chosen());
                for (int i = 0; i < group; i++) {
                    y[at + i] = Half.toFloat(attended.outputs()[i]);
                }
            }
        }
        return y;
    }

    private HeadPlace place(Op.Attention op, int kvHead) {
        return new HeadPlace(op.layer(), kvHead, op.headDim(), contextTokens);
    }
}
