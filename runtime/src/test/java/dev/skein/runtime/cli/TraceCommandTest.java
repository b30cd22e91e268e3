package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Timelines are what Perfetto reads, and say the same as the table and the report. */
class TraceCommandTest {
    @TempDir
    private static Path folder;

    private static JsonNode read(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    private record Slice(String name, double from, double to) {}

    /** The slices of each track, after the checks that the format's description asks for. */
    private static Map<String, List<Slice>> tracks(JsonNode trace) {
        Map<String, List<Slice>> tracks = new HashMap<>();
        Set<String> named = new HashSet<>();
        for (JsonNode e : trace.get("traceEvents")) {
            assertTrue(e.get("name").isTextual() && e.get("pid").isInt(), e.toString());
            switch (e.get("ph").asText()) {
                case "M" -> {
                    assertTrue(e.get("args").get("name").isTextual(), e.toString());
                    named.add(e.get("name").asText() + e.get("pid") + "/" + e.get("tid"));
                }
                case "X" -> {
                    double ts = e.get("ts").asDouble();
                    assertTrue(ts >= 0 && e.get("dur").asDouble() > 0, e.toString());
                    tracks.computeIfAbsent(e.get("pid") + "/" + e.get("tid"),
                            _ -> new ArrayList<>()).add(new Slice(e.get("name").asText(), ts,
                                    ts + e.get("dur").asDouble()));
                }
                case "C" -> assertTrue(e.get("ts").isNumber()
                        && e.get("args").elements().next().isNumber(), e.toString());
                default -> throw new AssertionError("phase of " + e);
            }
        }
        tracks.keySet().stream().filter(t -> !t.startsWith("2000/"))
                .forEach(t -> assertTrue(named.contains("thread_name" + t), t + " has no name"));
        return tracks;
    }

    @Test
    void theTimelineOfAStepIsWhatTheReportSums() throws IOException {
        Path trace = folder.resolve("step.json");
        Path csv = folder.resolve("step.csv");
        JsonNode report = Cli.run("simulate", "--model", "smollm2-135m", "--context", 20,
                "--trace", trace, "--csv", csv, "--json").json();
        double micros = report.get("timeMillis").asDouble() * 1e3;
        Map<String, List<Slice>> tracks = tracks(read(trace));
        tracks.forEach((track, slices) -> {
            slices.sort(Comparator.comparingDouble(Slice::from));
            for (int i = 1; i < slices.size(); i++) {
                assertTrue(slices.get(i).from() >= slices.get(i - 1).to() - 1e-6, track + " "
                        + slices.get(i - 1) + slices.get(i));
            }
            assertTrue(slices.getLast().to() <= micros + 1e-6, track);
        });
        Map<String, Long> busy = new HashMap<>();
        List<String> rows = Files.readAllLines(csv);
        assertTrue(rows.getFirst().startsWith("step,core,unit,index,opcode,start,moved,end,"));
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",", -1);
            assertEquals(17, cells.length, row);
            busy.merge(cells[1] + cells[2], Long.parseLong(cells[10]), Long::sum);
        }
        for (JsonNode unit : report.get("units")) {
            long sum = 0;
            for (JsonNode part : unit) {
                sum += part.isNumber() && part != unit.get("core") ? part.asLong() : 0;
            }
            assertEquals(report.get("cycles").asLong(), sum, unit.toString());
            if (!unit.get("unit").asText().equals("SEQ")) {
                assertEquals(unit.get("busy").asLong(), busy.getOrDefault(unit.get("core").asText()
                        + unit.get("unit").asText(), 0L), unit.toString());
            }
        }
        double mpe = tracks.get("1/3").stream().mapToDouble(s -> s.to() - s.from()).sum();
        assertEquals(busy.get("0MPE") / 225.0, mpe, 1e-3);
        double joules = 0;
        for (JsonNode part : report.get("joulesByComponent")) {
            joules += part.asDouble();
        }
        assertEquals(report.get("joules").asDouble(), joules, 1e-12);
    }

    @Test
    void stepsOfARunFollowEachOther() throws IOException {
        Path trace = folder.resolve("run.json");
        Cli run = Cli.run("run", "tales", "-p", "Once", "-n", 3, "--context", 32, "--trace", trace);
        assertEquals(0, run.exitCode(), run.err());
        List<Slice> steps = tracks(read(trace)).get("2000/1");
        assertTrue(steps.size() >= 3, steps.toString());
        for (int i = 1; i < steps.size(); i++) {
            assertEquals(steps.get(i - 1).to(), steps.get(i).from(), 1e-6);
        }
    }

    @Test
    void whatCannotBeTracedIsOneLineAndLeavesNoFile() {
        Path trace = folder.resolve("no.json");
        Cli reference = Cli.run("run", "tales", "--device", "reference", "--trace", trace);
        assertEquals("skein: --csv needs a simulated board, --device sim; --trace that or a device"
                + " that runs kernels, --device opencl or cuda",
                reference.err().strip());
        Cli functional = Cli.run("run", "tales", "--timing", "functional", "--trace", trace);
        assertEquals("skein: --trace and --csv need --timing cycle, found functional",
                functional.err().strip());
        Cli contexts = Cli.run("simulate", "--model", "opt-125m", "--context", "8,9", "--trace",
                trace);
        assertEquals("skein: --trace and --csv take one --context, not 2",
                contexts.err().strip());
        Cli request = Cli.run("simulate", "--model", "opt-125m", "--prompt-length", "8",
                "--trace", trace);
        assertEquals("skein: --trace goes with --context, not with --prompt-length",
                request.err().strip());
        Cli nowhere = Cli.run("simulate", "--model", "opt-125m", "--context", "8", "--trace",
                folder.resolve("absent/x.json"));
        assertEquals(1, nowhere.exitCode());
        assertEquals(1, nowhere.err().strip().lines().count(), nowhere.err());
        assertFalse(Files.exists(trace));
        assertFalse(Files.exists(folder.resolve("no.json.part")));
    }
}
