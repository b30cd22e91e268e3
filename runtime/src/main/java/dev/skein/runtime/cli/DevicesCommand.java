package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.ffi.Answer;
import dev.skein.ffi.cuda.Cuda;
import dev.skein.ffi.cuda.DeviceInfo;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.gpu.Gpu;
import dev.skein.hls.board.gpu.Gpus;
import dev.skein.runtime.backend.opencl.OpenClDevices;
import dev.skein.runtime.backend.xrt.XrtCard;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skein devices}: what can run a model here, and what is there besides. */
@Command(name = "devices", mixinStandardHelpOptions = true,
        header = "Lists devices and the boards that can be simulated.",
        description = "Lists the devices of this machine and the boards that can be simulated."
            + " Devices of OpenCL and CUDA run models.",
        footer = {"", "JSON: devices[].{device, target, description, clockMHz, hbmGBps};"
            + " opencl.{missing, devices[].{index, platform, name, vendor, version, type,"
            + " computeUnits, clockMHz, memoryBytes, fp16, readGBps, copyGBps,"
            + " int8GMacPerSecond, fp32GFlops, problem}}; xrt.{found, or missing;"
            + " cards[].{address, shell, sensors[].{name, quantity, value, unit, source},"
            + " problem}};"
            + " cuda.{missing, version, devices[].{index, name, architecture, multiprocessors,"
            + " clockMHz, memoryBytes}}; gpus[].{target, description, memoryGBps}, which can be"
            + " simulated."})
public final class DevicesCommand implements Callable<Integer> {
    private static final double GIGA = 1e9;

    @Mixin
    private Console console;

    @Option(names = "--measure", description = "Measure what OpenCL devices read, copy and"
            + " compute in a second; takes seconds for each.")
    private boolean measure;

    /** Created by picocli. */
    public DevicesCommand() {}

    @Override
    public Integer call() {
        ObjectNode json = Console.newObject();
        listBoards(json);
        listGpus(json);
        listOpenCl(json.putObject("opencl"));
        listCuda(json.putObject("cuda"));
        listXrt(json.putObject("xrt"));
        console.object(json);
        return 0;
    }

    /** Whether XRT is there; which cards answer, only opening them would tell. */
    private void listXrt(ObjectNode json) {
        switch (XrtCard.find()) {
            case Answer.Found<String>(String what) -> {
                json.put("found", what);
                console.result("%-10s %-15s %s; run with --device xrt", "xrt", "-", what);
            }
            case Answer.Missing<String>(String reason) -> {
                json.put("missing", reason);
                console.result("XRT: %s", reason);
            }
        }
        new CardList(console).print(json);
    }

    private void listBoards(ObjectNode json) {
        ArrayNode devices = json.putArray("devices");
        console.result("%-10s %-15s %s", "device", "target", "description");
        listInterpreter(devices, "reference", "IR interpreter, binary32");
        listInterpreter(devices, "csd", "the same, attention and its binary16 cache in a drive of"
                + " files");
        for (String name : Boards.names()) {
            Board board = Boards.load(name);
            ObjectNode entry = devices.addObject();
            entry.put("device", "sim");
            entry.put("target", name);
            entry.put("description", board.description());
            entry.put("clockMHz", board.clockMHz());
            entry.put("hbmGBps", board.hbmPeakGBps());
            console.result("%-10s %-15s %s; %.0f MHz, %d cores, HBM %.0f GB/s peak, %.1f GB for"
                    + " weights and KV", "sim", name, board.description(), board.clockMHz(),
                    board.cores(), board.hbmPeakGBps(),
                    board.memories().stream().mapToLong(m -> m.hbm().capacityBytes()).sum() / GIGA);
        }
    }

    private void listInterpreter(ArrayNode devices, String device, String description) {
        ObjectNode entry = devices.addObject();
        entry.put("device", device);
        entry.put("description", description);
        console.result("%-10s %-15s %s", device, "-", description);
    }

    private void listGpus(ObjectNode json) {
        var gpus = json.putArray("gpus");
        for (String name : Gpus.names()) {
            Gpu gpu = Gpus.load(name);
            gpus.addObject().put("target", name).put("description", gpu.description())
                    .put("memoryGBps", gpu.memoryGBps());
            console.result("%-10s %-15s %s; %,.0f GB/s peak; a timing model alone", "roofline",
                    name, gpu.description(), gpu.memoryGBps());
        }
    }

    private void listCuda(ObjectNode json) {
        switch (Cuda.open()) {
            case Answer.Missing<Cuda>(String reason) -> {
                json.put("missing", reason);
                json.putArray("devices");
                console.result("%-10s %-15s %s", "cuda", "-", reason);
            }
            case Answer.Found<Cuda>(Cuda cuda) -> {
                json.put("version", cuda.version());
                var array = json.putArray("devices");
                for (int i = 0; i < cuda.devices().size(); i++) {
                    DeviceInfo info = cuda.devices().get(i).info();
                    array.addObject().put("index", i).put("name", info.name())
                            .put("architecture", info.architecture())
                            .put("multiprocessors", info.multiprocessors())
                            .put("clockMHz", info.clockMHz())
                            .put("memoryBytes", info.memoryBytes());
                    console.result("%-10s %-15d %s (CUDA %s, %s); %d multiprocessors, %d MHz,"
                            + " %.1f GB; run with --device cuda", "cuda", i, info.name(),
                            cuda.version(), info.architecture(), info.multiprocessors(),
                            info.clockMHz(), info.memoryBytes() / GIGA);
                }
            }
        }
    }

    private void listOpenCl(ObjectNode json) {
        switch (OpenClDevices.list(measure)) {
            case Answer.Missing<List<OpenClDevices.Entry>>(String reason) -> {
                json.put("missing", reason);
                json.putArray("devices");
                console.result("%-10s %-15s %s", "opencl", "-", reason);
            }
            case Answer.Found<List<OpenClDevices.Entry>>(var entries) -> {
                var array = json.putArray("devices");
                for (OpenClDevices.Entry entry : entries) {
                    put(array.addObject(), entry);
                    console.result("%-10s %-15d %s, %s (%s; %s); %d compute units, %d MHz,"
                            + " %.1f GB, fp16 %s%s; run with --device opencl",
                            "opencl", entry.index(), entry.name(), entry.vendor(), entry.platform(),
                            entry.version(), entry.computeUnits(), entry.clockMHz(),
                            entry.memoryBytes() / GIGA,
                            entry.half() ? "yes" : "no", speed(entry));
                }
            }
        }
    }

    private static void put(ObjectNode json, OpenClDevices.Entry entry) {
        json.put("index", entry.index());
        json.put("platform", entry.platform());
        json.put("name", entry.name());
        json.put("vendor", entry.vendor());
        json.put("version", entry.version());
        json.put("type", entry.type());
        json.put("computeUnits", entry.computeUnits());
        json.put("clockMHz", entry.clockMHz());
        json.put("memoryBytes", entry.memoryBytes());
        json.put("fp16", entry.half());
        entry.speed().ifPresent(speed -> {
            json.put("readGBps", speed.readGBps());
            json.put("copyGBps", speed.copyGBps());
            json.put("int8GMacPerSecond", speed.int8GMacPerSecond());
            json.put("fp32GFlops", speed.fp32GFlops());
        });
        entry.problem().ifPresent(problem -> json.put("problem", problem));
    }

    private static String speed(OpenClDevices.Entry entry) {
        return entry.speed()
                .map(s -> String.format(Locale.ROOT,
                        "; reads %.1f GB/s, copies %.1f GB/s, %.1f G int8 MAC/s, %.1f fp32"
                        + " GFLOPS", s.readGBps(), s.copyGBps(), s.int8GMacPerSecond(),
                        s.fp32GFlops()))
                .or(() -> entry.problem().map(problem -> "; not measured: " + problem))
                .orElse("");
    }
}
