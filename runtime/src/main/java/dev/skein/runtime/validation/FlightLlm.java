package dev.skein.runtime.validation;

import dev.skein.compiler.Compilation;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.ir.Op;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.CoreMemories;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.board.Resources;
import dev.skein.hls.board.resource.ResourceEstimate;
import dev.skein.hls.board.resource.ResourceModel;
import dev.skein.runtime.AttentionSparsity;
import dev.skein.runtime.RequestSimulation;
import dev.skein.sim.fpga.CycleReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * FlightLLM (arXiv 2401.03868v2), its public artifact, and a board measurement by a third party,
 * beside the models {@code u280-flightllm} and {@code vhk158}. What was calibrated on what is in
 * docs/validation.md.
 */
public final class FlightLlm {
    /** One decode step of LLaMA2-7B on a U280 at context 128, measured by a third party. */
    public static final double MEASURED_MILLIS = 17.50;
    /** The paper's simulation of VHK158. */
    public static final double VHK158_TOKENS_PER_SECOND = 92.5;

    private static final String MODEL = "llama2-7b";
    private static final String FULL = "mixed3.5";
    /** Every 16 weights in int8, of which 8 are kept: the paper's 50 %. */
    private static final String SPARSE = "w8@8:16";
    private static final String NAIVE = "w8";
    private static final double ATTENTION_SPARSITY = 0.7;
    private static final int CONTEXT = 128;
    private static final double STORED_BYTES = 3_088_166_912.0;

    private static final String PAPER = "FlightLLM, paper";
    private static final String ARTIFACT = "FlightLLM, artifact";
    private static final String BOARD = "U280 board, third party";

    private final ModelConfig config;
    private final List<Row> rows = new ArrayList<>();

    private FlightLlm(ModelConfig config) {
        this.config = config;
    }

    /**
     * All rows, computed now.
     *
     * @throws IOException if the catalogue's shape cannot be read
     */
    public static List<Row> rows() throws IOException {
        try (Model model = Model.open(MODEL)) {
            var sparsity = new AttentionSparsity(ATTENTION_SPARSITY,
                    AttentionSparsity.Choice.NOMINAL);
            var validation = new FlightLlm(sparsity.apply(model.config()));
            validation.compute();
            return List.copyOf(validation.rows);
        }
    }

    private void compute() throws IOException {
        Board u280 = Boards.load("u280-flightllm");
        CycleReport full = decode(u280, FULL);
        rows.add(Row.figure("U280, decode step at context 128", "ms", BOARD, MEASURED_MILLIS,
                1e3 * full.seconds(), 0.05, false));
        rows.add(Row.figure("VHK158, decode at context 128", "tok/s", PAPER,
                VHK158_TOKENS_PER_SECOND, decode(Boards.load("vhk158"), FULL).tokensPerSecond(),
                0.10, false));
        ablation(u280, full);
        resources(u280);
        rows.add(Row.figure("stored bits per weight, body", "bit", ARTIFACT,
                8 * STORED_BYTES / parameters(), bits(), 0.05, true));
        rows.add(Row.figure("U280, power", "W", PAPER, 45, full.joules() / full.seconds(), 0.10,
                true));
        bandwidth(u280, full);
    }

    private CycleReport decode(Board board, String weights) throws IOException {
        var options = new Compilation.Options(QuantScheme.parse(weights), CONTEXT,
                OptionalDouble.empty());
        FpgaPlan plan = new Compilation(board, options).plan(config, Set.of(Phase.DECODE));
        return new RequestSimulation(plan.programs(), board).run(
                List.of(new RequestSimulation.Step(CONTEXT - 1, 1)), _ -> { }).getFirst();
    }

    /** Int8 weights of the model are more than the card holds: here it has twice as much. */
    private void ablation(Board u280, CycleReport full) throws IOException {
        Board roomy = withTwiceTheHbm(u280);
        double naive = decode(roomy, NAIVE).seconds();
        double sparse = decode(roomy, SPARSE).seconds();
        rows.add(Row.range("U280, ablation: sparsity over naive", PAPER, 1.1 / 0.7, 1.2 / 0.7,
                naive / sparse));
        rows.add(Row.range("U280, ablation: on-chip decode over sparsity", PAPER, 1.6 / 1.2,
                1.7 / 1.1, sparse / full.seconds()));
    }

    private static Board withTwiceTheHbm(Board b) {
        List<CoreMemories> memories = b.memories().stream().map(m -> new CoreMemories(
                doubled(m.hbm()), doubled(m.param()), m.ddr(), doubled(m.fetch()))).toList();
        return new Board(b.name(), b.description(), b.clockMHz(), b.cores(), b.buffers(),
                b.control(), b.fetch(), b.mpe(), b.sfu(), b.sys(), memories, b.hbmChannels(),
                b.hbmSwitch(), b.mapping(), b.energy(), b.priceUSD(), b.fabric());
    }

    private static OffChipMemory doubled(OffChipMemory m) {
        return new OffChipMemory(m.firstChannel(), m.channels(), m.ports(), 2 * m.channelBytes(),
                m.stripeBytes(), m.crossingCycles(), m.dram());
    }

    private void resources(Board u280) {
        ResourceEstimate estimate = ResourceModel.estimate(u280);
        Resources total = estimate.total();
        rows.add(Row.figure("U280, DSP of the matrix engine", "", PAPER, 6144,
                estimate.parts().getFirst().use().dsp(), 0, false));
        rows.add(Row.figure("U280, DSP", "", PAPER, 6345, total.dsp(), 0.02, true));
        rows.add(Row.figure("U280, BRAM36", "", PAPER, 1252, total.bram36(), 0.05, true));
        rows.add(Row.figure("U280, URAM", "", PAPER, 792, total.uram(), 0.02, true));
        rows.add(Row.figure("U280, LUT", "", PAPER, 574_000, total.lut(), 0.05, true));
        rows.add(Row.figure("U280, FF", "", PAPER, 943_000, total.ff(), 0.05, true));
    }

    /** Several definitions, since the paper's is not published; no constant was chosen by any. */
    private void bandwidth(Board u280, CycleReport full) {
        double seconds = full.seconds();
        double weights = bits() * parameters() / 8;
        double channel = u280.hbmPeakGBps() / u280.hbmChannels() * 1e9;
        String published = PAPER + ", definition not published";
        rows.add(Row.note("U280, HBM bytes moved / 32 channels", "%", published, 65.9,
                100 * full.bandwidthUtilisation()));
        rows.add(Row.note("U280, HBM bytes moved / 27 channels", "%", published, 65.9,
                100 * full.hbmBytes() / seconds / (27 * channel)));
        rows.add(Row.note("U280, weights once / 24 channels", "%", published, 65.9,
                100 * weights / seconds / (24 * channel)));
        rows.add(Row.note("U280, weights as int8 / 32 channels", "%", published, 65.9,
                100 * parameters() / seconds / (32 * channel)));
    }

    /** Weights of all linear layers; norms and the embedding are not among them. */
    private double parameters() {
        return GraphBuilder.build(config).nodes().stream().mapToDouble(node ->
                node.op() instanceof Op.Linear linear
                        ? (double) linear.weight().rows() * linear.weight().cols() : 0).sum();
    }

    private double bits() {
        return QuantScheme.parse(FULL).body().bitsPerWeight(config.hiddenSize());
    }
}
