package dev.skein.compiler.artifact;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.fpga.Phase;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import java.util.EnumMap;
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
 * @param maxTokens tokens of the largest step, by phase
 * @param regions off-chip extents of all programs
 * @param images name of the image, by name of the region
 */
record ArtifactPlan(String name, String board, String weights, int cores, int maxContext,
        BufferSizes buffers, Map<Memory, Stripes> stripes, Map<Phase, Integer> maxTokens,
        List<Region> regions, Map<String, String> images) {

    /** The program of a phase with these streams. */
    Program program(Phase phase, List<List<Instruction>> streams) {
        return new Program(phase.toString(), maxTokens.get(phase), maxContext, buffers, regions,
                streams);
    }

    /** The plan of an executable whose regions have these images. */
    static ArtifactPlan of(Executable executable, Map<String, String> images) {
        var maxTokens = new EnumMap<Phase, Integer>(Phase.class);
        Program decode = executable.program(Phase.DECODE).program();
        for (Phase phase : Phase.values()) {
            Program p = executable.program(phase).program();
            if (!p.regions().equals(decode.regions()) || !p.buffers().equals(decode.buffers())
                    || p.maxContext() != decode.maxContext() || p.cores() != decode.cores()) {
                throw new IllegalArgumentException("the programs " + phase + " and " + Phase.DECODE
                        + " differ in regions, buffers, context or cores");
            }
            maxTokens.put(phase, p.maxTokens());
        }
        return new ArtifactPlan(executable.config().name(), executable.board(),
                executable.weights(), decode.cores(), decode.maxContext(), decode.buffers(),
                executable.stripes(), maxTokens, decode.regions(), images);
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
            memories.putObject(memory.name()).put("channels", s.channels())
                    .put("stripeBytes", s.stripeBytes());
        }
        ObjectNode programs = json.putObject("programs");
        for (Phase phase : Phase.values()) {
            programs.putObject(phase.toString()).put("maxTokens", maxTokens.get(phase));
        }
        ArrayNode list = json.putArray("regions");
        regions.forEach(region -> put(region, list.addObject()));
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
            case KV, INPUT, OUTPUT -> false;
        };
    }
}
