package dev.skein.compiler.ir;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs a graph node by node on several whole sequences at once, so that what a linear layer reads
 * is known for all of them before its weights are asked for. Values are as those of {@link
 * Interpreter#stepAll}; one that no later node reads is dropped.
 */
public final class Lockstep {
    private final Graph graph;
    private final List<int[]> sequences;
    private final Interpreter[] workers;
    private final int[][] inputs;
    private final int[] lastUses;
    private final float[][][] slots;
    private int next;

    /**
     * Before the first node.
     *
     * @param weights asked when a node is computed; from several threads
     * @param sequences token ids, each at most as many as the graph has positions
     */
    public Lockstep(Graph graph, Weights weights, List<int[]> sequences) {
        this.graph = graph;
        this.sequences = List.copyOf(sequences);
        int threads = Math.min(Runtime.getRuntime().availableProcessors(), sequences.size());
        workers = new Interpreter[threads];
        for (int i = 0; i < threads; i++) {
            workers[i] = new Interpreter(graph, weights);
        }
        inputs = graph.inputSlots();
        lastUses = Graph.lastUses(inputs);
        slots = new float[inputs.length][][];
    }

    /** The node that {@link #advance} computes next; there is one while {@link #done} is false. */
    public Node node() {
        return graph.nodes().get(next);
    }

    /** Whether all nodes are computed. */
    public boolean done() {
        return next == graph.nodes().size();
    }

    /** What the next node reads first, of each sequence: {@code [tokens, width]}. */
    public float[][] input() {
        return slots[inputs[next][0]];
    }

    /** Computes the next node for all sequences. */
    public void advance() {
        Node node = node();
        float[][] out = new float[sequences.size()][];
        IntStream.range(0, workers.length).parallel().forEach(worker -> {
            for (int s = worker; s < out.length; s += workers.length) {
                float[][] in = new float[inputs[next].length][];
                for (int i = 0; i < in.length; i++) {
                    in[i] = slots[inputs[next][i]][s];
                }
                out[s] = workers[worker].evaluate(node, in, sequences.get(s));
            }
            workers[worker].forgetWeights();
        });
        slots[next] = out;
        for (int slot : inputs[next]) {
            if (lastUses[slot] == next) {
                slots[slot] = null;
            }
        }
        next++;
    }
}
