package dev.skein.compiler.artifact;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.ProgramSet;
import dev.skein.compiler.fpga.ServedProgram;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an artifact says of its programs beside their instructions.
 *
 * @param name of the model
 * @param board it was compiled for
 * @param weights weight scheme
 * @param cores streams of each program
 * @param maxContext positions of the KV cache
 * @param buffers on-chip capacities of a core
 * @param stripes of the memories
 * @param programs what each program serves, in the order of a {@link ProgramSet}
 * @param regions off-chip extents of all programs
 * @param images name of the image, by name of the region
 */
record ArtifactPlan(String name, String board, String weights, int cores, int maxContext,
        BufferSizes buffers, Map<Memory, Stripes> stripes, List<Served> programs,
        List<Region> regions, Map<String, String> images) {

    /**
     * A program of the plan; the fields of {@link ServedProgram}.
     *
     * @param phase what its steps do
     * @param firstContext smallest CTX it serves
     * @param lastContext largest CTX it serves
     * @param maxTokens tokens of its largest step
     */
    record Served(Phase phase, int firstContext, int lastContext, int maxTokens) {
        /** Of its group of streams. */
        String name() {
            return phase + "-" + lastContext;
        }
    }

    /** A program with these streams. */
    Program program(Served p, List<List<Instruction>> streams) {
        return new Program(p.phase().toString(), p.maxTokens(), p.lastContext(), buffers, regions,
                streams);
    }

    /** The plan of an executable whose regions have these images. */
    static ArtifactPlan of(Executable executable, Map<String, String> images) {
        Program decode = executable.program(Phase.DECODE).program();
        var programs = new ArrayList<Served>();
        for (ServedProgram served : executable.programs().programs()) {
            Program p = served.program().program();
            if (!p.regions().equals(decode.regions()) || !p.buffers().equals(decode.buffers())
                    || p.cores() != decode.cores()) {
                throw new IllegalArgumentException("the programs " + served.name() + " and "
                        + Phase.DECODE + " differ in regions, buffers or cores");
            }
            programs.add(new Served(served.phase(), served.firstContext(), served.lastContext(),
                    p.maxTokens()));
        }
        return new ArtifactPlan(executable.config().name(), executable.board(),
                executable.weights(), decode.cores(), decode.maxContext(), decode.buffers(),
                executable.stripes(), programs, decode.regions(), images);
    }

    /** As JSON. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", name);
        json.put("board", board);
        json.put("weights", weights);
        json.put("cores", cores);
        json.put("maxContext", maxContext);
        ObjectNode sizes = json.putObject("buffers");
        sizes.put("actBytes", buffers.actBytes());
        sizes.put("wgtBytes", buffers.wgtBytes());
        sizes.put("parBytes", buffers.parBytes());
        ObjectNode memories = json.putObject("memories");
        for (Memory memory : Memory.values()) {
            Stripes s = stripes.get(memory);
            ObjectNode one = memories.putObject(memory.name());
            ArrayNode channels = one.putArray("channels");
            s.channels().forEach(channels::add);
            one.put("stripeBytes", s.stripeBytes());
        }
        ArrayNode list = json.putArray("programs");
        programs.forEach(p -> list.addObject().put("phase", p.phase().toString())
                .put("firstContext", p.firstContext()).put("lastContext", p.lastContext())
                .put("maxTokens", p.maxTokens()));
        ArrayNode extents = json.putArray("regions");
        regions.forEach(region -> put(region, extents.addObject()));
        return json;
    }

    private void put(Region region, ObjectNode json) {
        json.put("name", region.name());
        json.put("kind", region.kind().name());
        json.put("memory", region.memory().name());
        json.put("core", region.core());
        json.put("base", region.base());
        json.put("offset", region.offset());
        json.put("bytes", region.bytes());
        if (images.containsKey(region.name())) {
            json.put("image", images.get(region.name()));
        }
    }

    /** Whether a region has its content in the artifact. */
    static boolean hasImage(Region region) {
        return region.bytes() > 0 && switch (region.kind()) {
            case WEIGHTS, PARAMS, TABLES -> true;
            case KV, SCRATCH, INPUT, OUTPUT -> false;
        };
    }
}
