package dev.skein.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.Compilation;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.resource.FitCheck;
import dev.skein.sim.fpga.CycleMachine;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.fpga.Values;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every built-in board: as its data sheet says, small enough, and able to run models. */
class BoardFilesTest {
    /** 10^9 bytes per second; AMD data sheets and product briefs. */
    private static final Map<String, Double> DATA_SHEET_GBPS = Map.of("u280", 460.0,
            "u280-flightllm", 460.0, "u55c", 460.0, "u50", 316.0, "vhk158", 819.0, "v80", 819.0,
            "kv260", 19.2);
    private static final int CONTEXT = 64;

    static Stream<String> names() {
        return Boards.names().stream();
    }

    @Test
    void theListIsThatOfTheIssue() {
        assertEquals(DATA_SHEET_GBPS.keySet(), java.util.Set.copyOf(Boards.names()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void peakBandwidthIsThatOfTheDataSheet(String name) {
        Board board = Boards.load(name);
        double published = DATA_SHEET_GBPS.get(name);
        assertEquals(name, board.name());
        assertEquals(published, board.hbmPeakGBps(), published / 100, name);
        assertTrue(FitCheck.problem(board).isEmpty(), () -> FitCheck.problem(board).orElse(""));
    }

    @ParameterizedTest
    @MethodSource("names")
    void runsASmallModel(String name) throws IOException {
        try (Model model = Model.open("opt-125m")) {
            simulate(name, model);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void runsTheBundledModel(String name) throws IOException {
        try (BundledModel bundled = BundledModel.extract();
                Model model = Model.open(bundled.folder().toString())) {
            simulate(name, model);
        }
    }

    private static void simulate(String name, Model model) {
        Board board = Boards.load(name);
        FpgaPlan plan = new Compilation(board, new Compilation.Options(QuantScheme.parse("w4"),
                CONTEXT, OptionalDouble.empty())).plan(model.config(), EnumSet.allOf(Phase.class));
        for (Phase phase : List.of(Phase.PREFILL, Phase.DECODE)) {
            var machine = new CycleMachine(plan.program(phase), board, Values.NONE);
            int tokens = plan.program(phase).program().maxTokens();
            CycleReport report = machine.run(0, tokens);
            assertTrue(report.cycles() > 0 && report.bandwidthUtilisation() < 1,
                    name + ", " + phase + ": " + report);
        }
    }
}
