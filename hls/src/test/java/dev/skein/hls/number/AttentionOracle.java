package dev.skein.hls.number;

/** Attention of docs/numbers.md in double, for tokens and channels that were chosen elsewhere. */
final class AttentionOracle {
    private static final double STEP = 0x1p-24;

    private final double[][] q;
    private final KvHead kv;

    /** Greatest {@code sum |q k| * factor} met so far, A of the stated bound. */
    private double greatestLogit;

    AttentionOracle(short[] queries, KvHead kv) {
        q = new double[queries.length / kv.headDim()][kv.headDim()];
        for (int i = 0; i < queries.length; i++) {
            q[i / kv.headDim()][i % kv.headDim()] = Half.toFloat(queries[i]);
        }
        this.kv = kv;
    }

    /** Softmax by which tokens are scored, {@code [tokens]}. */
    double[] scores(int head, int[] channels) {
        double some = 0;
        double all = 0;
        for (double x : q[head]) {
            all += Math.abs(x);
        }
        for (int c : channels) {
            some += Math.abs(q[head][c]);
        }
        double factor = some == 0 ? 1 : 1 / Math.sqrt(kv.headDim() * some / all);
        int[] tokens = new int[kv.tokens()];
        for (int t = 0; t < tokens.length; t++) {
            tokens[t] = t;
        }
        return softmax(head, channels, tokens, factor);
    }

    /** Output of a head, {@code [headDim]}, not rounded to binary16. */
    double[] output(int head, Chosen chosen) {
        int d = kv.headDim();
        int[] channels = new int[d];
        for (int c = 0; c < d; c++) {
            channels[c] = c;
        }
        double[] w = softmax(head, channels, chosen.tokens(), 1 / Math.sqrt(d));
        double alpha = 1;
        if (chosen.tokens().length < kv.tokens()) {
            double[] p = scores(head, chosen.channels());
            alpha = 0;
            for (int t : chosen.tokens()) {
                alpha += p[t];
            }
        }
        double[] out = new double[d];
        for (int c = 0; c < d; c++) {
            double o = 0;
            for (int n = 0; n < w.length; n++) {
                o += w[n] * kv.value(chosen.tokens()[n], c);
            }
            double mean = 0;
            for (int t = 0; t < kv.tokens(); t++) {
                mean += kv.value(t, c);
            }
            out[c] = alpha * o + (1 - alpha) * mean / kv.tokens();
        }
        return out;
    }

    /** The stated bound on the error of an output, after those it was asked for. */
    double bound(double exact) {
        double greatestValue = 0;
        for (short v : kv.values()) {
            greatestValue = Math.max(greatestValue, Math.abs(Half.toFloat(v)));
        }
        double half = Math.abs(exact) * 0x1p-11 + 0x1p-25;
        return half + greatestValue * STEP * (8 * greatestLogit * (kv.headDim() / 16.0 + 8)
                + kv.tokens() / 2.0 + 128);
    }

    private double[] softmax(int head, int[] channels, int[] tokens, double factor) {
        double[] s = new double[tokens.length];
        double max = Double.NEGATIVE_INFINITY;
        for (int n = 0; n < s.length; n++) {
            double magnitude = 0;
            for (int c : channels) {
                double product = q[head][c] * kv.key(tokens[n], c);
                s[n] += product;
                magnitude += Math.abs(product);
            }
            s[n] *= factor;
            greatestLogit = Math.max(greatestLogit, magnitude * factor);
            max = Math.max(max, s[n]);
        }
        double sum = 0;
        for (int n = 0; n < s.length; n++) {
            s[n] = Math.exp(s[n] - max);
            sum += s[n];
        }
        for (int n = 0; n < s.length; n++) {
            s[n] /= sum;
        }
        return s;
    }
}
