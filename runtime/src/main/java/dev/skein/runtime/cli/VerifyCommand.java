package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.artifact.Executable;
import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.verify.Comparison;
import dev.skein.runtime.verify.SideBySide;
import dev.skein.runtime.verify.Target;
import dev.skein.runtime.verify.Targets;
import dev.skein.runtime.verify.Tolerance;
import dev.skein.runtime.verify.Verification;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skein verify}: the same program on the simulator and on what would be on the card. */
@Command(name = "verify", mixinStandardHelpOptions = true,
        header = "Compares other executions of a compiled model with the simulator, bit by bit.",
        description = "Runs the model from a prompt on the functional simulator and on each target"
            + " side by side, and compares the bits of all logits after every step. Exit code 1 if"
            + " any differ. With --precision fast, kernels in fast mode are compared with the"
            + " reference and the same weights, within the tolerance of docs/numbers.md.",
        footer = {"", "Targets: hls, the HLS kernels of the card compiled for this machine; rtl,"
            + " the RTL of the MPE under Verilator in place of the simulator's;"
            + " opencl, opencl:N, cuda or cuda:N, the kernels on a device of this machine.",
            "With --device csd the drive is compared with the same attention in memory,"
            + " --against reference, where functionalMillis is the reference's.",
            "", "JSON: device, weights, targets[].{name, tokens, steps, mismatches,"
            + " first.{step, position, logits, index, expected, found}, functionalMillis,"
            + " targetMillis, remark (what else was checked)}; with --precision fast also logits"
            + " (largest difference, share of the largest) and nats (largest divergence)."})
public final class VerifyCommand implements Callable<Integer> {
    private static final String REFERENCE = "reference";

    @Mixin
    private ModelOptions model;

    @Mixin
    private Console console;

    @Option(names = "--against", paramLabel = "TARGET", split = ",", required = true,
            description = "Executions to compare, separated by commas: hls, rtl, opencl,"
                + " opencl:N, cuda, cuda:N; with --device csd, reference.")
    private List<String> against;

    @Option(names = {"-n", "--tokens"}, paramLabel = "N", defaultValue = "16",
            description = "Tokens to generate after the prompt (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(names = {"-p", "--prompt"}, paramLabel = "TEXT", defaultValue = "Once upon a time",
            description = "Text to begin with (default: ${DEFAULT-VALUE}).")
    private String prompt;

    /** Created by picocli. */
    public VerifyCommand() {}

    @Override
    public Integer call() throws Exception {
        if (model.isDrive()) {
            return drive();
        }
        if (!model.precision().isExact()) {
            return fast();
        }
        List<Target> targets = Targets.of(against);
        int wrong = 0;
        try (LoadedModel loaded = model.load(console, Timing.FUNCTIONAL)) {
            Executable executable = loaded.executable().orElseThrow(() ->
                    new IllegalArgumentException("verify compares executions of a compiled"
                            + " program: leave --device out"));
            if (!(loaded.accelerator() instanceof SimAccelerator device)) {
                throw new IllegalArgumentException("verify compares executions of one card, the"
                        + " model is compiled for " + executable.board() + ": verify it for "
                        + executable.cardBoard());
            }
            var verification = new Verification(executable, device.board(),
                    loaded.tokenizer().encodeWithBos(prompt), tokens);
            ObjectNode json = Console.newObject();
            json.put("device", device.description());
            json.put("weights", loaded.weights());
            ArrayNode list = json.putArray("targets");
            for (Target target : targets) {
                try (Target.Execution execution = target.open(new Target.Subject(executable,
                        device.board(), other -> model.load(console, Timing.FUNCTIONAL, other)))
                        .orElseThrow(IllegalArgumentException::new)) {
                    Comparison c = verification.run(target.name(), execution.accelerator());
                    wrong += c.mismatches();
                    print(c, "functional simulator");
                    ObjectNode node = json(c);
                    execution.remark().get().ifPresent(said -> {
                        console.result("%s: %s", target.name(), said);
                        node.put("remark", said);
                    });
                    list.add(node);
                }
            }
            console.object(json);
        }
        return wrong == 0 ? 0 : UserErrors.FAILED;
    }

    /** Attention in a drive against the same in memory. */
    private int drive() throws IOException {
        if (!against.equals(List.of(REFERENCE))) {
            throw new IllegalArgumentException("--device csd is compared with the same attention"
                    + " in memory: --against " + REFERENCE);
        }
        try (LoadedModel memory = model.loadInMemory(console);
                LoadedModel drive = model.load(console, Timing.FUNCTIONAL)) {
            Comparison c = new SideBySide(memory.accelerator(), drive.accelerator()).run("csd",
                    memory.tokenizer().encodeWithBos(prompt), tokens);
            print(c, "reference");
            ObjectNode json = Console.newObject();
            json.put("device", memory.accelerator().description());
            json.put("weights", memory.weights());
            json.putArray("targets").add(json(c));
            console.object(json);
            return c.mismatches() == 0 ? 0 : UserErrors.FAILED;
        }
    }

    /** Kernels in fast mode against the reference with the same weights, within a tolerance. */
    private int fast() throws IOException {
        int wrong = 0;
        ObjectNode json = Console.newObject();
        ArrayNode list = json.putArray("targets");
        for (Target target : Targets.of(against)) {
            DeviceChoice device = target.device().orElseThrow(() ->
                    new IllegalArgumentException("--precision fast compares kernels of GPUs: "
                            + target.name() + " has exact only; use --against opencl or"
                            + " cuda"))
                    .with(model.precision());
            try (LoadedModel found = model.load(console, Timing.FUNCTIONAL, device);
                    LoadedModel reference = model.loadReference(console, found.weights())) {
                Comparison c = new SideBySide(reference.accelerator(), found.accelerator(),
                        Optional.of(Tolerance.FAST)).run(target.name(),
                                found.tokenizer().encodeWithBos(prompt), tokens);
                wrong += c.mismatches();
                print(c, "reference");
                console.result("%s: logits differ by %.2g of the largest, allowed %.2g; %.2g nats,"
                        + " allowed %.2g", target.name(), c.farthest().logits(),
                        Tolerance.FAST.logits(), c.farthest().nats(), Tolerance.FAST.nats());
                json.put("device", reference.accelerator().description());
                json.put("weights", found.weights());
                list.add(json(c).put("logits", c.farthest().logits())
                        .put("nats", c.farthest().nats()));
            }
        }
        console.object(json);
        return wrong == 0 ? 0 : UserErrors.FAILED;
    }

    private void print(Comparison c, String expected) {
        c.first().ifPresentOrElse(d -> console.result("%s: %,d tokens compared, %,d of %,d steps"
                + " differ, first step %d at position %d: %,d logits, logit %d is %s, expected %s",
                c.target(), c.tokens(), c.mismatches(), c.steps(), d.step(), d.position(),
                d.logits(), d.index(), Float.toHexString(d.found()),
                Float.toHexString(d.expected())), () -> console.result(
                        "%s: %,d tokens compared in %,d steps, 0 mismatches", c.target(),
                        c.tokens(), c.steps()));
        console.note("%s: %,.2f ms a token, the %s %,.2f ms", c.target(),
                c.targetMillis() / c.tokens(), expected, c.functionalMillis() / c.tokens());
    }

    private static ObjectNode json(Comparison c) {
        ObjectNode node = Console.newObject();
        node.put("name", c.target());
        node.put("tokens", c.tokens());
        node.put("steps", c.steps());
        node.put("mismatches", c.mismatches());
        c.first().ifPresent(d -> node.putObject("first").put("step", d.step())
                .put("position", d.position()).put("logits", d.logits()).put("index", d.index())
                .put("expected", Float.toHexString(d.expected()))
                .put("found", Float.toHexString(d.found())));
        node.put("functionalMillis", c.functionalMillis());
        node.put("targetMillis", c.targetMillis());
        return node;
    }
}
