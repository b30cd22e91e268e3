package dev.skein.compiler.artifact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.ServedProgram;
import dev.skein.hls.isa.InstructionCodec;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import io.jhdf.HdfFile;
import io.jhdf.Superblock;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The datasets of an artifact, in the order in which they are written.
 *
 * @param version of the layout
 * @param model files beside the weights, by name
 * @param weights images, by name
 * @param programs encoded streams of the cores, by {@link ServedProgram#name}
 * @param plan JSON
 * @param provenance JSON
 */
record ArtifactContents(int version, Map<String, byte[]> model,
        Map<String, MemorySegment> weights, Map<String, List<byte[]>> programs, String plan,
        String provenance) {
    static final int VERSION = 3;
    static final String VERSION_ATTRIBUTE = "skein_artifact_version";

    /** What an executable says. */
    static ArtifactContents of(Executable executable) {
        var images = new HashMap<String, String>();
        Map<String, MemorySegment> weights = images(executable, images);
        var programs = new LinkedHashMap<String, List<byte[]>>();
        for (ServedProgram served : executable.programs().programs()) {
            programs.put(served.name(), served.program().program().streams().stream()
                    .map(InstructionCodec::encodeStream).toList());
        }
        ObjectNode provenance = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(executable.provenance()).forEach(provenance::put);
        return new ArtifactContents(VERSION, new TreeMap<>(executable.header().files()), weights,
                programs, text(ArtifactPlan.of(executable, images).json()), text(provenance));
    }

    /** The distinct images by name; {@code names} receives which one a region has. */
    private static Map<String, MemorySegment> images(Executable executable,
            Map<String, String> names) {
        var out = new LinkedHashMap<String, MemorySegment>();
        Program program = executable.program(Phase.DECODE).program();
        for (Region region : program.regions()) {
            if (ArtifactPlan.hasImage(region)) {
                MemorySegment image = executable.images().segments().get(region.name());
                if (image == null || image.byteSize() != region.bytes()) {
                    throw new IllegalArgumentException("region " + region.name() + " of "
                            + region.bytes() + " bytes has "
                            + (image == null ? "no image" : "one of " + image.byteSize()));
                }
                // One image for the parameters of all cores: the planner gives them one segment.
                String shared = region.kind().name().toLowerCase(Locale.ROOT);
                String name = region.kind() == Region.Kind.PARAMS
                        && image.equals(out.getOrDefault(shared, image)) ? shared : region.name();
                out.put(name, image);
                names.put(region.name(), name);
            }
        }
        return out;
    }

    /** The same on every system; the library's own printer takes the line ends of this one. */
    private static String text(ObjectNode json) {
        var indent = new DefaultIndenter("  ", "\n");
        try {
            return new ObjectMapper().writer(new DefaultPrettyPrinter()
                    .withObjectIndenter(indent).withArrayIndenter(indent)).writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an object made here is always JSON", e);
        }
    }

    /** Writes the whole artifact into an empty file. */
    void writeTo(Path file) throws IOException {
        var all = new ArrayList<Hdf5Streamed>();
        try (WritableHdfFile out = HdfFile.write(file)) {
            out.putAttribute(VERSION_ATTRIBUTE, version);
            WritableGroup files = out.putGroup("model");
            model.forEach((name, bytes) ->
                    all.add(Hdf5Streamed.ofBytes(bytes, name, files)));
            WritableGroup images = out.putGroup("weights");
            weights.forEach((name, image) ->
                    all.add(Hdf5Streamed.ofSegment(image, name, images)));
            WritableGroup phases = out.putGroup("programs");
            programs.forEach((name, streams) -> {
                WritableGroup group = phases.putGroup(name);
                for (int core = 0; core < streams.size(); core++) {
                    all.add(Hdf5Streamed.ofRows(streams.get(core), "core" + core, group));
                }
            });
            all.add(Hdf5Streamed.ofText(plan, "plan", out));
            all.add(Hdf5Streamed.ofText(provenance, "provenance", out));
            all.forEach(d -> ((WritableGroup) d.getParent()).putDataset(d.getName(), d));
            // It would name this machine's system and make the bytes depend on it.
            out.removeAttribute("_jHDF");
        } catch (HdfException e) {
            throw new IOException("writing " + file + " failed: " + e.getMessage(), e);
        }
        endAt(file, all.stream().mapToLong(Hdf5Streamed::endAddress).max().orElseThrow());
        Trailer.append(file);
    }

    /** Cuts off the note that jhdf puts behind the data: it names the system too. */
    private static void endAt(Path file, long end) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(end);
            channel.write(new Superblock.SuperblockV2V3().toBuffer(end), 0);
        }
    }
}
