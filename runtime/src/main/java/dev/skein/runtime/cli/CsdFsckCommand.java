package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.sim.csd.DriveCheck;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code skein csd fsck}: whether a drive is sound. */
@Command(name = "fsck", mixinStandardHelpOptions = true,
        header = "Checks every checksum and mapping of a drive.",
        description = "Reads every page that counts, compares checksums, addresses and both copies"
            + " of the keys, and prints a line for each problem. Changes nothing. Exit code 1 if"
            + " there is one.",
        footer = {"", "JSON: path, pages (read), problems[], tornPages, interruptedErases."})
public final class CsdFsckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PATH", description = "The folder of a drive.")
    private Path path;

    @Mixin
    private Console console;

    /** Created by picocli. */
    public CsdFsckCommand() {}

    @Override
    public Integer call() {
        DriveCheck.Found found = DriveCheck.check(path);
        found.problems().forEach(p -> console.result("%s", p));
        console.note("%s: %d pages read, %d problems", path, found.pages(),
                found.problems().size());
        ObjectNode json = Console.newObject();
        json.put("path", path.toString());
        json.put("pages", found.pages());
        var problems = json.putArray("problems");
        found.problems().forEach(problems::add);
        json.put("tornPages", found.report().tornPages());
        json.put("interruptedErases", found.report().interruptedErases());
        console.object(json);
        return found.problems().isEmpty() ? 0 : UserErrors.FAILED;
    }
}
