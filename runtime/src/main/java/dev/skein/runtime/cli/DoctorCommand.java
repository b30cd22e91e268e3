package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.runtime.Doctor;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code skein doctor}: is this machine fit for Skein. */
@Command(name = "doctor", mixinStandardHelpOptions = true,
        header = "Checks this machine and says how to mend what fails.",
        description = "Checks Java, vector unit, memory and native tools; says how to mend what"
            + " fails. Exit code 1 if something that Skein needs is missing.",
        footer = {"", "JSON: checks[].{name, status (ok, note, fail), found, fix}."})
public final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private Console console;

    /** Created by picocli. */
    public DoctorCommand() {}

    @Override
    public Integer call() {
        List<Doctor.Check> checks = Doctor.run();
        ObjectNode json = Console.newObject();
        var array = json.putArray("checks");
        for (Doctor.Check check : checks) {
            ObjectNode entry = array.addObject();
            entry.put("name", check.name());
            entry.put("status", check.status().name().toLowerCase(Locale.ROOT));
            entry.put("found", check.found());
            entry.put("fix", check.fix());
            console.result("%-5s %-16s %s%s", check.status(), check.name(), check.found(),
                    check.fix().isEmpty() ? "" : "; " + check.fix());
        }
        console.object(json);
        return checks.stream().anyMatch(c -> c.status() == Doctor.Status.FAIL) ? 1 : 0;
    }
}
