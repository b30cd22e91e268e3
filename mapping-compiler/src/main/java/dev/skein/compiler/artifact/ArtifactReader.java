package dev.skein.compiler.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.compiler.fpga.MemoryImages;
import dev.skein.compiler.fpga.ProgramSet;
import dev.skein.compiler.fpga.ServedProgram;
import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.Hdf5Tree;
import dev.skein.compiler.frontend.JsonFields;
import dev.skein.compiler.frontend.ReaderLimits;
import dev.skein.compiler.frontend.model.ModelHeader;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.InstructionCodec;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.ProgramException;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.VerifiedProgram;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads the bytes of an artifact; the rules are in the package documentation. */
final class ArtifactReader {
    private static final String COMPILE_AGAIN = "compile the model again";
    /** 16 times the instructions of the largest model that fits 8 GB of HBM. */
    private static final int MAX_INSTRUCTIONS = 1 << 20;
    private static final int MAX_JSON_BYTES = 1 << 20;
    private static final int MAX_PROVENANCE = 1 << 12;
    private static final int MAX_PROVENANCE_CHARS = 1 << 12;

    private final String file;
    private final ReaderLimits limits = ReaderLimits.DEFAULT;

    private ArtifactReader(String file) {
        this.file = file;
    }

    /**
     * The executable in the bytes of a file.
     *
     * @param file its name, for messages
     * @param bytes all of it; the images are slices of it
     * @throws FormatException if it breaks a rule
     */
    static Executable read(String file, MemorySegment bytes) {
        return new ArtifactReader(file).read(Trailer.check(file, bytes));
    }

    private Executable read(MemorySegment hdf5) {
        Hdf5Tree tree = Hdf5Tree.of(file, hdf5, limits);
        Hdf5Tree.Group root = tree.root();
        Optional<Long> version = root.integerAttribute(ArtifactContents.VERSION_ATTRIBUTE);
        if (version.isEmpty() || version.get() != ArtifactContents.VERSION) {
            throw new FormatException(file, FormatException.NO_OFFSET,
                    ArtifactContents.VERSION_ATTRIBUTE,
                    version.map(String::valueOf).orElse("none"), "this version of Skein reads "
                    + ArtifactContents.VERSION, "compile the model again with this version");
        }
        only(root, Set.of("model", "weights", "programs", "plan", "provenance"));
        ArtifactPlan plan = PlanReader.read(json(root, "plan"));
        ModelHeader header = header(root.group("model"), plan.name());
        List<List<MemorySegment>> streams = streams(root.group("programs"), plan);
        MemoryImages images = images(root.group("weights"), plan);
        Map<String, String> provenance = provenance(json(root, "provenance"));
        tree.refuseOverlaps();
        checkAgainstModel(plan, header);
        return new Executable(header, plan.board(), plan.weights(), programs(plan, streams), images,
                plan.stripes(), provenance);
    }

    private static void only(Hdf5Tree.Group group, Set<String> names) {
        if (!group.names().equals(names)) {
            throw group.bad("links", new TreeSet<>(group.names()), "they are "
                    + new TreeSet<>(names));
        }
    }

    private JsonFields json(Hdf5Tree.Group root, String name) {
        MemorySegment text = root.text(name);
        long length = text.byteSize() - 1;
        if (length < 0 || length > MAX_JSON_BYTES || text.get(ValueLayout.JAVA_BYTE, length) != 0) {
            throw bad("/" + name, text.byteSize() + " bytes", "it is text of at most "
                    + MAX_JSON_BYTES + " bytes and a zero");
        }
        return JsonFields.parse(file + "/" + name,
                text.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), limits);
    }

    private ModelHeader header(Hdf5Tree.Group group, String name) {
        var files = new HashMap<String, byte[]>();
        for (String child : group.names()) {
            if (!ModelHeader.NAMES.contains(child)) {
                throw group.bad("link", child, "the files of a model are "
                        + new TreeSet<>(ModelHeader.NAMES));
            }
            MemorySegment bytes = group.bytes(child);
            if (bytes.byteSize() > limits.jsonBytes()) {
                throw bad("/model/" + child, bytes.byteSize() + " bytes", "it has at most "
                        + limits.jsonBytes());
            }
            files.put(child, bytes.toArray(ValueLayout.JAVA_BYTE));
        }
        ModelHeader header = ModelHeader.parse(file + "/model", name, files);
        if (!header.config().name().equals(name)) {
            throw bad("/plan name", name, "/model is of " + header.config().name());
        }
        return header;
    }

    /** The streams of the cores of each program of the plan. */
    private List<List<MemorySegment>> streams(Hdf5Tree.Group programs, ArtifactPlan plan) {
        only(programs, plan.programs().stream().map(ArtifactPlan.Served::name)
                .collect(Collectors.toSet()));
        var out = new ArrayList<List<MemorySegment>>();
        for (ArtifactPlan.Served program : plan.programs()) {
            Hdf5Tree.Group group = programs.group(program.name());
            if (group.names().size() != plan.cores()) {
                throw group.bad("links", group.names().size() + " streams", "the plan has "
                        + plan.cores() + " cores");
            }
            var streams = new ArrayList<MemorySegment>();
            for (int core = 0; core < plan.cores(); core++) {
                MemorySegment stream = group.rows("core" + core, Opcode.WORD_BYTES);
                if (stream.byteSize() / Opcode.WORD_BYTES > MAX_INSTRUCTIONS) {
                    throw group.bad("core" + core, stream.byteSize() / Opcode.WORD_BYTES
                            + " instructions", "a stream has at most " + MAX_INSTRUCTIONS);
                }
                streams.add(stream);
            }
            out.add(streams);
        }
        return out;
    }

    /** Decodes and verifies all; of several faults the first in the order of the plan is told. */
    private ProgramSet programs(ArtifactPlan plan, List<List<MemorySegment>> streams) {
        var programs = new ServedProgram[streams.size()];
        var faults = new FormatException[streams.size()];
        IntStream.range(0, programs.length).parallel().forEach(i -> {
            ArtifactPlan.Served p = plan.programs().get(i);
            try {
                programs[i] = new ServedProgram(p.phase(), p.firstContext(), p.lastContext(),
                        program(plan, p, streams.get(i)));
            } catch (FormatException e) {
                faults[i] = e;
            }
        });
        Stream.of(faults).filter(Objects::nonNull).findFirst().ifPresent(e -> {
            throw e;
        });
        return new ProgramSet(List.of(programs));
    }

    private VerifiedProgram program(ArtifactPlan plan, ArtifactPlan.Served served,
            List<MemorySegment> streams) {
        var decoded = new ArrayList<List<Instruction>>();
        for (int core = 0; core < streams.size(); core++) {
            try {
                decoded.add(InstructionCodec.decodeStream(streams.get(core)));
            } catch (ProgramException e) {
                throw refused("/programs/" + served.name() + "/core" + core, e);
            }
        }
        try {
            return ProgramVerifier.verify(plan.program(served, decoded));
        } catch (ProgramException e) {
            throw refused("/programs/" + served.name(), e);
        }
    }

    private FormatException refused(String field, ProgramException e) {
        return new FormatException(file, FormatException.NO_OFFSET, field, e.getMessage(),
                "only verified programs run", COMPILE_AGAIN, e);
    }

    private static MemoryImages images(Hdf5Tree.Group weights, ArtifactPlan plan) {
        var data = new HashMap<String, MemorySegment>();
        only(weights, new HashSet<>(plan.images().values()));
        plan.images().values().forEach(name -> data.computeIfAbsent(name, weights::bytes));
        var out = new HashMap<String, MemorySegment>();
        for (Region region : plan.regions()) {
            String name = plan.images().get(region.name());
            if (name != null) {
                if (data.get(name).byteSize() != region.bytes()) {
                    throw weights.bad(name, data.get(name).byteSize() + " bytes", "region "
                            + region.name() + " has " + region.bytes());
                }
                out.put(region.name(), data.get(name));
            }
        }
        return new MemoryImages(out);
    }

    private Map<String, String> provenance(JsonFields json) {
        var out = new TreeMap<String, String>();
        for (Map.Entry<String, JsonNode> field : json.fields()) {
            String value = json.string(field.getKey());
            if (field.getKey().length() + value.length() > MAX_PROVENANCE_CHARS
                    || !PlanReader.printable(field.getKey()) || !PlanReader.printable(value)) {
                throw json.error(field.getKey(), value, "names and values are printable and have"
                        + " at most " + MAX_PROVENANCE_CHARS + " characters", COMPILE_AGAIN);
            }
            out.put(field.getKey(), value);
        }
        if (out.size() > MAX_PROVENANCE) {
            throw bad("/provenance", out.size() + " fields", "it has at most " + MAX_PROVENANCE);
        }
        return out;
    }

    /** What a session relies on when it writes tokens and reads logits. */
    private void checkAgainstModel(ArtifactPlan plan, ModelHeader header) {
        int positions = header.config().maxPositions();
        if (plan.maxContext() > positions) {
            throw bad("/plan maxContext", plan.maxContext(), "the model has " + positions
                    + " positions");
        }
        int tokens = plan.programs().stream().mapToInt(ArtifactPlan.Served::maxTokens).max()
                .orElseThrow();
        checkOnly(plan, Region.Kind.INPUT, 4L * tokens);
        checkOnly(plan, Region.Kind.OUTPUT, 4L * header.config().vocabSize());
    }

    private void checkOnly(ArtifactPlan plan, Region.Kind kind, long leastBytes) {
        List<Region> found = plan.regions().stream().filter(r -> r.kind() == kind).toList();
        if (found.size() != 1 || found.getFirst().bytes() < leastBytes) {
            throw bad("/plan regions", found.stream().map(r -> r.name() + " of " + r.bytes()
                    + " bytes").toList(), "there is one of kind " + kind + " with at least "
                    + leastBytes + " bytes");
        }
    }

    private FormatException bad(String field, Object found, String rule) {
        return new FormatException(file, FormatException.NO_OFFSET, field, found, rule,
                COMPILE_AGAIN);
    }
}
