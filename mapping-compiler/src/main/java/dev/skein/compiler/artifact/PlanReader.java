package dev.skein.compiler.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.JsonFields;
import dev.skein.hls.board.CardSet;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Limits;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Registers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the plan of an artifact; every field, and nothing else, in its range. */
final class PlanReader {
    /** So that it is never taken for the path of a board file. */
    static final Pattern BOARD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}(\\*[2-8])?");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    private static final String COMPILE_AGAIN = "compile the model again";
    private static final int MAX_NAME_CHARS = 1024;
    private static final int MAX_CORES = 64;
    private static final int MAX_REGIONS = 4 * MAX_CORES;
    /** A decode program for each 16 tokens, a prefill program for each 128: contexts up to 58k. */
    private static final int MAX_PROGRAMS = 1 << 12;
    private static final int MAX_CHANNELS = 1 << 10;
    private static final int MAX_STRIPE_BYTES = 1 << 20;
    /** A card has 8 to 80 GB; bounds the page tables that a simulated memory keeps. */
    private static final long MAX_MEMORY_BYTES = 1L << 40;

    private final JsonFields json;

    private PlanReader(JsonFields json) {
        this.json = json;
    }

    /**
     * The plan in a JSON object.
     *
     * @throws FormatException naming the field that breaks a rule
     */
    static ArtifactPlan read(JsonFields json) {
        return new PlanReader(json).read();
    }

    private ArtifactPlan read() {
        only(json, "name", "board", "weights", "cores", "maxContext", "buffers", "memories",
                "programs", "regions");
        int cores = json.integer("cores", 1, MAX_CORES);
        if (cores % CardSet.cards(board()) != 0) {
            throw json.error("cores", cores, "it is a multiple of the cards of " + board(),
                    COMPILE_AGAIN);
        }
        int maxContext = json.integer("maxContext", 1, Limits.LONGEST);
        var images = new HashMap<String, String>();
        List<Region> regions = regions(cores, images);
        return new ArtifactPlan(name(), board(), weights(), cores, maxContext, buffers(),
                stripes(cores), programs(maxContext), regions, images);
    }

    private String name() {
        String name = json.string("name");
        if (name.isEmpty() || name.length() > MAX_NAME_CHARS || !printable(name)) {
            throw json.error("name", name, "it is printable text of at most " + MAX_NAME_CHARS
                    + " characters", COMPILE_AGAIN);
        }
        return name;
    }

    /** Whether a terminal shows it as it is. */
    static boolean printable(String text) {
        return text.codePoints().noneMatch(c -> Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.SURROGATE || c == 0x2028 || c == 0x2029);
    }

    private String board() {
        String board = json.string("board");
        if (!BOARD.matcher(board).matches()) {
            throw json.error("board", board, "board names match " + BOARD, COMPILE_AGAIN);
        }
        return board;
    }

    private String weights() {
        String weights = json.string("weights");
        try {
            if (QuantScheme.parse(weights).toString().equals(weights)) {
                return weights;
            }
        } catch (IllegalArgumentException e) {
            throw json.error("weights", weights, e.getMessage(), COMPILE_AGAIN);
        }
        throw json.error("weights", weights, "it is a weight scheme as skein compile prints it",
                COMPILE_AGAIN);
    }

    private BufferSizes buffers() {
        JsonFields sizes = json.object("buffers");
        only(sizes, "actBytes", "wgtBytes", "parBytes");
        return new BufferSizes(sizes.integer("actBytes", 0, Integer.MAX_VALUE),
                sizes.integer("wgtBytes", 0, Integer.MAX_VALUE),
                sizes.integer("parBytes", 0, Integer.MAX_VALUE));
    }

    private Map<Memory, Stripes> stripes(int cores) {
        JsonFields memories = json.object("memories");
        only(memories, names(Memory.values()));
        var out = new EnumMap<Memory, Stripes>(Memory.class);
        for (Memory memory : Memory.values()) {
            JsonFields one = memories.object(memory.name());
            only(one, "channels", "stripeBytes");
            out.put(memory, new Stripes(channels(one, cores),
                    one.integer("stripeBytes", 1, MAX_STRIPE_BYTES)));
        }
        return out;
    }

    private static List<Integer> channels(JsonFields memory, int cores) {
        List<JsonNode> list = memory.array("channels");
        boolean legal = list.size() == cores && list.stream().allMatch(n -> n.isInt()
                && n.intValue() >= 0 && n.intValue() <= MAX_CHANNELS);
        if (!legal) {
            throw memory.error("channels", list,
                    "it has an integer from 0 to " + MAX_CHANNELS + " for each of the " + cores
                            + " cores", COMPILE_AGAIN);
        }
        return list.stream().map(JsonNode::intValue).toList();
    }

    private List<ArtifactPlan.Served> programs(int maxContext) {
        List<JsonFields> list = json.objects("programs");
        if (list.size() > MAX_PROGRAMS) {
            throw json.error("programs", list.size() + " of them", "there are at most "
                    + MAX_PROGRAMS, COMPILE_AGAIN);
        }
        var out = new ArrayList<ArtifactPlan.Served>();
        for (JsonFields fields : list) {
            only(fields, "phase", "firstContext", "lastContext", "maxTokens");
            Phase phase = one(fields, "phase", Phase.values());
            int served = 0;
            if (!out.isEmpty()) {
                if (phase.compareTo(out.getLast().phase()) < 0) {
                    throw fields.error("phase", phase, "prefill programs come before those of"
                            + " decode", COMPILE_AGAIN);
                }
                served = phase == out.getLast().phase() ? out.getLast().lastContext() : 0;
            }
            if (served == maxContext) {
                throw fields.error("phase", phase, "each context is served once, and all are by"
                        + " the programs before", COMPILE_AGAIN);
            }
            int first = fields.integer("firstContext", served + 1, served + 1);
            int last = fields.integer("lastContext", first, maxContext);
            out.add(new ArtifactPlan.Served(phase, first, last,
                    fields.integer("maxTokens", 1, phase == Phase.DECODE ? 1 : last)));
        }
        for (Phase phase : Phase.values()) {
            complete(out.stream().filter(p -> p.phase() == phase).toList(), phase, maxContext);
        }
        return out;
    }

    private void complete(List<ArtifactPlan.Served> programs, Phase phase, int maxContext) {
        int served = programs.isEmpty() ? 0 : programs.getLast().lastContext();
        if (served != maxContext) {
            throw json.error("programs", phase + " programs for contexts up to " + served,
                    "they serve all up to maxContext, " + maxContext, COMPILE_AGAIN);
        }
        int most = programs.getLast().maxTokens();
        for (ArtifactPlan.Served p : programs) {
            int needed = Math.min(most, p.lastContext());
            if (p.maxTokens() != needed) {
                throw json.error("programs", p.name() + " with maxTokens " + p.maxTokens(),
                        "the longest has " + most + ", so this one has " + needed, COMPILE_AGAIN);
            }
        }
    }

    private List<Region> regions(int cores, Map<String, String> images) {
        List<JsonFields> list = json.objects("regions");
        if (list.size() > MAX_REGIONS) {
            throw json.error("regions", list.size() + " of them", "there are at most "
                    + MAX_REGIONS, COMPILE_AGAIN);
        }
        var out = new ArrayList<Region>();
        long leftBytes = MAX_MEMORY_BYTES;
        for (JsonFields fields : list) {
            Region region = region(fields, cores, leftBytes);
            leftBytes -= region.bytes();
            if (out.stream().anyMatch(r -> r.name().equals(region.name()))) {
                throw fields.error("name", region.name(), "each name stands once", COMPILE_AGAIN);
            }
            if (ArtifactPlan.hasImage(region)) {
                images.put(region.name(), text(fields, "image"));
            } else if (fields.names("image")) {
                throw fields.error("image", JsonFields.text(fields.node().get("image")),
                        "only weights, parameters and tables have one", COMPILE_AGAIN);
            }
            out.add(region);
        }
        return out;
    }

    private static Region region(JsonFields fields, int cores, long leftBytes) {
        only(fields, "name", "kind", "memory", "core", "base", "offset", "bytes", "image");
        try {
            return new Region(text(fields, "name"), one(fields, "memory", Memory.values()),
                    fields.integer("core", Region.SHARED, cores - 1),
                    one(fields, "kind", Region.Kind.values()),
                    fields.integer("base", 0, Registers.BASES - 1),
                    fields.longInteger("offset", 0, MAX_MEMORY_BYTES),
                    fields.longInteger("bytes", 0, leftBytes));
        } catch (IllegalArgumentException e) {
            throw fields.error("memory", fields.string("memory"), e.getMessage(), COMPILE_AGAIN);
        }
    }

    private static String text(JsonFields fields, String field) {
        String text = fields.string(field);
        if (!NAME.matcher(text).matches()) {
            throw fields.error(field, text, "such names match " + NAME, COMPILE_AGAIN);
        }
        return text;
    }

    private static <E extends Enum<E>> E one(JsonFields fields, String field, E[] values) {
        String text = fields.string(field);
        for (E value : values) {
            if (value.toString().equals(text)) {
                return value;
            }
        }
        throw fields.error(field, text, "it is one of " + Stream.of(values).map(Enum::toString)
                .collect(Collectors.joining(", ")), COMPILE_AGAIN);
    }

    private static String[] names(Enum<?>[] values) {
        return Stream.of(values).map(Enum::toString).toArray(String[]::new);
    }

    private static void only(JsonFields fields, String... known) {
        Set<String> names = Set.of(known);
        for (var field : fields.fields()) {
            if (!names.contains(field.getKey())) {
                throw fields.error("fields", field.getKey(), "the fields are "
                        + String.join(", ", known), COMPILE_AGAIN);
            }
        }
    }
}
