package dev.skein.compiler.testing;

import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.ModelConfig.Attention;
import dev.skein.compiler.frontend.Positions;
import dev.skein.compiler.ir.Weights;
import java.util.Arrays;

/**
 * A decoder straight from its configuration: binary64, no graph, no cache, everything recomputed.
 * Written from the papers' formulas, to be compared with the interpreter.
 */
public final class NaiveDecoder {
    private final ModelConfig config;
    private final Weights weights;

    /** A decoder of one model. */
    public NaiveDecoder(ModelConfig config, Weights weights) {
        this.config = config;
        this.weights = weights;
    }

    /** Logits after the last of the tokens: {@code [vocab]}. */
    public double[] logits(int[] tokens) {
        int hidden = config.hiddenSize();
        double[][] x = new double[tokens.length][hidden];
        float[] embed = weights.get("embed");
        boolean learned = config.positions() instanceof Positions.Learned;
        float[] positions = learned ? weights.get("positions") : new float[0];
        for (int t = 0; t < tokens.length; t++) {
            for (int i = 0; i < hidden; i++) {
                x[t][i] = embed[tokens[t] * hidden + i]
                        + (learned ? positions[t * hidden + i] : 0);
            }
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            String name = "layer." + layer + ".";
            double[][] attended = attention(name, norms(name + "attn_norm", x));
            add(x, attended, name + "o");
            double[][] inner = norms(name + "mlp_norm", x);
            for (int t = 0; t < inner.length; t++) {
                inner[t] = feedForward(name, inner[t]);
            }
            add(x, inner, name + "down");
        }
        double[] last = norm("final_norm", x[tokens.length - 1], true);
        return linear(config.tiedEmbeddings() ? "embed" : "head.weight", null, last);
    }

    private void add(double[][] x, double[][] from, String projection) {
        for (int t = 0; t < x.length; t++) {
            boolean biased = projection.endsWith("o") ? config.attention().outBias()
                    : config.mlp().bias();
            double[] y = linear(projection + ".weight", biased ? projection + ".bias" : null,
                    from[t]);
            for (int i = 0; i < y.length; i++) {
                x[t][i] += y[i];
            }
        }
    }

    private double[][] attention(String name, double[][] x) {
        Attention a = config.attention();
        double[][] q = project(name, "q", x, a.heads());
        double[][] k = project(name, "k", x, a.kvHeads());
        double[][] v = project(name, "v", x, a.kvHeads());
        double[][] out = new double[x.length][a.qWidth()];
        for (int t = 0; t < x.length; t++) {
            for (int head = 0; head < a.heads(); head++) {
                int shared = head * a.kvHeads() / a.heads();
                double[] e = new double[t + 1];
                for (int s = 0; s <= t; s++) {
                    for (int i = 0; i < a.headDim(); i++) {
                        e[s] += q[t][head * a.headDim() + i] * k[s][shared * a.headDim() + i];
                    }
                    e[s] = Math.exp(e[s] / Math.sqrt(a.headDim()));
                }
                double sum = Arrays.stream(e).sum();
                for (int s = 0; s <= t; s++) {
                    for (int i = 0; i < a.headDim(); i++) {
                        out[t][head * a.headDim() + i] +=
                                e[s] / sum * v[s][shared * a.headDim() + i];
                    }
                }
            }
        }
        return out;
    }

    /** q, k or v of every token, normalised and turned where the model does. */
    private double[][] project(String name, String part, double[][] x, int heads) {
        Attention a = config.attention();
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            y[t] = linear(name + part + ".weight", a.qkvBias() ? name + part + ".bias" : null,
                    x[t]);
            for (int head = 0; head < heads && !part.equals("v"); head++) {
                int from = head * a.headDim();
                double[] h = Arrays.copyOfRange(y[t], from, from + a.headDim());
                h = a.qkNorm() ? norm(name + part + "_norm", h, false) : h;
                if (config.positions() instanceof Positions.Rope rope) {
                    turn(h, rope, t);
                }
                System.arraycopy(h, 0, y[t], from, h.length);
            }
        }
        return y;
    }

    private static void turn(double[] head, Positions.Rope rope, int position) {
        double[] frequencies = rope.frequencies();
        for (int i = 0; i < frequencies.length; i++) {
            boolean adjacent = rope.style() == Positions.Rope.Style.INTERLEAVED;
            int a = adjacent ? 2 * i : i;
            int b = adjacent ? 2 * i + 1 : i + frequencies.length;
            double radius = Math.hypot(head[a], head[b]);
            double angle = Math.atan2(head[b], head[a]) + position * frequencies[i];
            head[a] = radius * Math.cos(angle);
            head[b] = radius * Math.sin(angle);
        }
    }

    private double[] feedForward(String name, double[] x) {
        boolean bias = config.mlp().bias();
        double[] up = linear(name + "up.weight", bias ? name + "up.bias" : null, x);
        if (!config.mlp().gated()) {
            return Arrays.stream(up).map(this::activation).toArray();
        }
        double[] gate = linear(name + "gate.weight", bias ? name + "gate.bias" : null, x);
        for (int i = 0; i < up.length; i++) {
            up[i] *= activation(gate[i]);
        }
        return up;
    }

    private double activation(double x) {
        return switch (config.mlp().activation()) {
            case SILU -> x * (0.5 + 0.5 * Math.tanh(x / 2));
            case RELU -> x > 0 ? x : 0;
            case GELU_TANH -> x / 2 + x / 2 * Math.tanh(Math.sqrt(2 / Math.PI)
                    * (x + 0.044715 * Math.pow(x, 3)));
            case GELU_ERF -> x * (0.5 + integral(x));
        };
    }

    /** Integral of the normal density from 0 to x, by Simpson's rule. */
    private static double integral(double x) {
        int steps = 400;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double u = Math.clamp(x, -40, 40) * i / steps;
            int weight = i == 0 || i == steps ? 1 : i % 2 == 0 ? 2 : 4;
            sum += weight * Math.exp(-u * u / 2);
        }
        return sum * Math.clamp(x, -40, 40) / steps / 3 / Math.sqrt(2 * Math.PI);
    }

    private double[][] norms(String name, double[][] x) {
        return Arrays.stream(x).map(row -> norm(name, row, true)).toArray(double[][]::new);
    }

    private double[] norm(String name, double[] x, boolean mayCentre) {
        boolean centred = mayCentre && config.norm().bias();
        double mean = centred ? Arrays.stream(x).average().orElseThrow() : 0;
        double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average()
                .orElseThrow();
        float[] weight = weights.get(name + ".weight");
        float[] bias = centred ? weights.get(name + ".bias") : new float[x.length];
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = (x[i] - mean) / Math.sqrt(variance + config.norm().epsilon()) * weight[i]
                    + bias[i];
        }
        return y;
    }

    private double[] linear(String weight, String bias, double[] x) {
        float[] w = weights.get(weight);
        double[] y = new double[w.length / x.length];
        float[] b = bias == null ? new float[y.length] : weights.get(bias);
        for (int n = 0; n < y.length; n++) {
            y[n] = b[n];
            for (int k = 0; k < x.length; k++) {
                y[n] += (double) w[n * x.length + k] * x[k];
            }
        }
        return y;
    }
}
