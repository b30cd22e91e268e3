package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.artifact.Executable;
import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Program;
import dev.skein.runtime.backend.sim.Machine;
import dev.skein.runtime.backend.xrt.XrtAccelerator;
import dev.skein.runtime.measure.PartTimes;
import dev.skein.runtime.measure.Prefix;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.trace.StepObserver;
import java.util.List;

/** Parts of a step of decode on a card, predicted against measured, for people and as JSON. */
record PartTable(PartTimes times, int position) {
    private static final int MOST = 64;
    private static final int REPEATS = 15;

    /** Measures the step of a token at the position where the card is, which stays there. */
    static PartTable measure(Executable executable, Board board, XrtAccelerator card, int token) {
        int position = card.position();
        Program program = executable.programs().of(position, 1).program().program();
        // layers that are alike are a repetition, and its trips are parts of their own
        List<Prefix> prefixes = Prefix.of(program.withoutRepetitions(), MOST);
        var memory = DeviceMemory.of(List.of(program),
                r -> executable.images().segments().get(r.name()));
        memory.writeTokens(token);
        return new PartTable(PartTimes.of(prefixes, p -> {
            try (Machine machine = Machine.cycle(p.program(), board, memory, StepObserver.NONE)) {
                return machine.run(position, 1).orElseThrow().seconds();
            }
        }, p -> card.time(p.program(), token), REPEATS), position);
    }

    void print(Console console, ObjectNode json) {
        console.result("parts of a step of decode at position %d, by differences of prefixes (host"
                + " clock, medians of %d runs)", position, REPEATS);
        console.result("%15s %15s %12s  %s", "predicted, us", "host clock, us", "noise, us",
                "part (instructions of core 0)");
        ArrayNode array = json.putArray("parts");
        for (PartTimes.Part p : times.parts()) {
            console.result("%,15.3f %,15.3f %,12.3f  %s%s", p.predictedSeconds() * 1e6,
                    p.measuredSeconds() * 1e6, p.noiseSeconds() * 1e6, p.name(),
                    p.withinNoise() ? " (differs by less than the noise)" : "");
            array.addObject().put("part", p.name()).put("predictedSeconds", p.predictedSeconds())
                    .put("measuredSeconds", p.measuredSeconds())
                    .put("noiseSeconds", p.noiseSeconds()).put("withinNoise", p.withinNoise());
        }
        console.result("the first part has what it takes to start a step; %s",
                times.worst().map(p -> "of the others deviates most: " + p.name())
                        .orElse("no other deviates by more than the noise"));
        times.worst().ifPresent(p -> json.put("partDeviatesMost", p.name()));
    }
}
