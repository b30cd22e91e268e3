package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.frontend.xclbin.SectionKind;
import dev.skein.compiler.frontend.xclbin.Xclbin;
import java.time.Instant;
import java.util.List;
import java.util.StringJoiner;

/** What a container for XRT says, for people and as JSON. */
record XclbinText(Xclbin xclbin, Console console) {
    private static final String[] MODES = {"flat", "partial reconfiguration", "tandem stage 2",
        "tandem stage 2 with partial reconfiguration", "hardware emulation", "software emulation",
        "hardware emulation with partial reconfiguration"};
    private static final String[] MEMORIES = {"DDR3", "DDR4", "DRAM", "stream", "preallocated",
        "Aurora", "HBM", "BRAM", "URAM", "stream connection", "host", "PS kernel"};
    private static final String[] CLOCKS = {"unused", "data", "kernel", "system"};

    ObjectNode show() {
        ObjectNode json = Console.newObject();
        header(json);
        sections(json.putArray("sections"));
        memories("memories", xclbin.memories(), json.putArray("memories"));
        memories("groups", xclbin.groups(), json.putArray("groups"));
        kernels(json.putArray("kernels"));
        units(json.putArray("units"));
        ArrayNode clocks = json.putArray("clocks");
        for (Xclbin.Clock c : xclbin.clocks()) {
            console.result("clock %s: %d MHz, %s", c.name(), c.megahertz(), CLOCKS[c.type()]);
            clocks.addObject().put("name", c.name()).put("MHz", c.megahertz())
                    .put("type", CLOCKS[c.type()]);
        }
        json.put("buildMetadata", xclbin.buildMetadata());
        json.put("userMetadata", xclbin.userMetadata());
        if (!xclbin.userMetadata().isBlank()) {
            console.result("user metadata: %s", xclbin.userMetadata().strip());
        }
        return json;
    }

    private void header(ObjectNode json) {
        Xclbin.Header h = xclbin.header();
        console.result("xclbin %s for %s, %s", h.uuid(), h.platform(), MODES[h.mode()]);
        console.result("made by version %s at %s for shell interface %s", h.version(),
                Instant.ofEpochSecond(h.timeSeconds()), h.shell());
        json.put("uuid", h.uuid().toString()).put("platform", h.platform())
                .put("shell", h.shell().toString()).put("version", h.version().toString())
                .put("mode", MODES[h.mode()]).put("timeSeconds", h.timeSeconds());
    }

    private void sections(ArrayNode json) {
        for (Xclbin.Section s : xclbin.sections()) {
            String kind = s.kind().map(SectionKind::name).orElse("kind " + s.code());
            console.result("  %-24s offset %,12d  %,12d bytes", kind, s.offset(), s.bytes());
            json.addObject().put("kind", kind).put("code", s.code()).put("name", s.name())
                    .put("offset", s.offset()).put("bytes", s.bytes());
        }
    }

    private void memories(String title, List<Xclbin.Memory> memories, ArrayNode json) {
        if (!memories.isEmpty()) {
            console.result("%s:", title);
        }
        for (Xclbin.Memory m : memories) {
            console.result("  %-16s %-6s %,9d MiB at 0x%x%s", m.tag(), MEMORIES[m.type()],
                    m.kibibytes() / 1024, m.base(), m.used() ? "" : ", not used");
            json.addObject().put("tag", m.tag()).put("type", MEMORIES[m.type()])
                    .put("bytes", m.bytes()).put("base", m.base()).put("used", m.used());
        }
    }

    private void kernels(ArrayNode json) {
        for (Xclbin.Kernel k : xclbin.kernels()) {
            console.result("kernel %s: %d arguments, units %s", k.name(), k.arguments().size(),
                    String.join(", ", k.instances()));
            ObjectNode one = json.addObject().put("name", k.name());
            ArrayNode arguments = one.putArray("arguments");
            k.arguments().forEach(a -> arguments.addObject().put("name", a.name())
                    .put("index", a.index()).put("qualifier", a.qualifier())
                    .put("bytes", a.bytes()).put("offset", a.offset()));
            k.instances().forEach(one.putArray("instances")::add);
        }
    }

    private void units(ArrayNode json) {
        for (int i = 0; i < xclbin.units().size(); i++) {
            Xclbin.Unit unit = xclbin.units().get(i);
            int index = i;
            ObjectNode one = json.addObject().put("name", unit.name()).put("type", unit.type())
                    .put("base", unit.base());
            ObjectNode ports = one.putObject("ports");
            var words = new StringJoiner(", ");
            xclbin.connections().stream().filter(c -> c.unit() == index).forEach(c -> {
                String port = argument(unit, c.argument());
                String tag = xclbin.memories().get(c.memory()).tag();
                ports.put(port, tag);
                words.add(port + " " + tag);
            });
            console.result("unit %s at 0x%x%s", unit.name(), unit.base(),
                    words.length() == 0 ? "" : ": " + words);
        }
    }

    private String argument(Xclbin.Unit unit, int index) {
        String kernel = unit.name().split(":", 2)[0];
        return xclbin.kernels().stream().filter(k -> k.name().equals(kernel))
                .flatMap(k -> k.arguments().stream()).filter(a -> a.index() == index)
                .map(Xclbin.Argument::name).findFirst().orElse("argument " + index);
    }
}
