package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code skein devices}: what can run a model here. */
@Command(name = "devices", mixinStandardHelpOptions = true,
        header = "Lists devices and the boards that can be simulated.",
        description = "Lists the devices of this machine and the boards that can be simulated.",
        footer = {"", "JSON: devices[].{device, target, description, clockMHz, hbmGBps}."})
public final class DevicesCommand implements Callable<Integer> {
    @Mixin
    private Console console;

    /** Created by picocli. */
    public DevicesCommand() {}

    @Override
    public Integer call() {
        ObjectNode json = Console.newObject();
        var devices = json.putArray("devices");
        ObjectNode reference = devices.addObject();
        reference.put("device", "reference");
        reference.put("description", "IR interpreter, binary32");
        console.result("%-10s %-15s %s", "device", "target", "description");
        console.result("%-10s %-15s %s", "reference", "-", "IR interpreter, binary32");
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
                    board.memories().stream().mapToLong(m -> m.hbm().capacityBytes()).sum() / 1e9);
        }
        console.object(json);
        return 0;
    }
}
