package dev.skein.compiler.frontend.xclbin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.xclbin.Xclbin.Connection;
import dev.skein.compiler.frontend.xclbin.Xclbin.Header;
import dev.skein.compiler.frontend.xclbin.Xclbin.Kernel;
import dev.skein.compiler.frontend.xclbin.Xclbin.Memory;
import dev.skein.compiler.frontend.xclbin.Xclbin.Section;
import dev.skein.compiler.frontend.xclbin.Xclbin.Unit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads a container and checks that its tables fit each other. */
public final class XclbinReader {
    static final String MAGIC = "xclbin2\0";
    static final int HEADER_BYTES = 456;
    static final int SECTION_BYTES = 40;
    static final int SIGNATURE = 8;
    static final int UNIQUE_ID = 296;
    static final int LENGTH = 304;
    static final int TIME = 312;
    static final int VERSION_PATCH = 328;
    static final int VERSION_MAJOR = 330;
    static final int MODE = 332;
    static final int SHELL = 336;
    static final int PLATFORM = 352;
    static final int UUID_AT = 416;
    static final int SECTIONS = 448;
    static final int PLATFORM_BYTES = 64;
    static final int NAME_BYTES = 16;
    private static final int MODES = 6;
    private static final int SECTION_CODES = 0x10000;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(XclbinLimits.DEFAULT.depth()).build()).build()).build();

    private final Fields fields;
    private final XclbinLimits limits;
    private final Map<SectionKind, Section> known = new EnumMap<>(SectionKind.class);

    private XclbinReader(Fields fields, XclbinLimits limits) {
        this.fields = fields;
        this.limits = limits;
    }

    /**
     * Whether a file begins as a container does, perhaps a damaged one.
     *
     * @throws IOException if it cannot be read
     */
    public static boolean isXclbin(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (var in = Files.newInputStream(path)) {
            return new String(in.readNBytes(6), StandardCharsets.ISO_8859_1)
                    .equals(MAGIC.substring(0, 6));
        }
    }

    /**
     * Reads a file.
     *
     * @throws FormatException if it breaks a rule
     * @throws IOException if it is missing or cannot be read
     */
    public static Xclbin read(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        XclbinLimits limits = XclbinLimits.DEFAULT;
        if (!Files.isRegularFile(path) || Files.size(path) > limits.bytes()) {
            throw new FormatException(path.toString(), FormatException.NO_OFFSET, "file",
                    Files.isRegularFile(path) ? Files.size(path) + " bytes"
                            : "a folder, a device or a pipe", "it is a regular file of at most "
                            + limits.bytes() + " bytes", Fields.LINK_AGAIN);
        }
        try (FileChannel channel = FileChannel.open(path)) {
            return parse(path.toString(), channel.map(FileChannel.MapMode.READ_ONLY, 0,
                    channel.size()), limits);
        }
    }

    /**
     * Reads bytes.
     *
     * @param file named in messages
     * @throws FormatException if they break a rule
     */
    public static Xclbin parse(String file, ByteBuffer bytes, XclbinLimits limits) {
        return new XclbinReader(new Fields(file, bytes), limits).parse();
    }

    private Xclbin parse() {
        Header header = header();
        List<Section> sections = sections();
        var tables = new Tables(fields, limits);
        List<Unit> units = section(SectionKind.IP_LAYOUT).map(tables::units).orElse(List.of());
        List<Memory> memories = memories(tables, SectionKind.MEM_TOPOLOGY, "mem_topology");
        List<Connection> connections = connections(tables, SectionKind.CONNECTIVITY,
                "connectivity", units, memories);
        List<Memory> groups = memories(tables, SectionKind.ASK_GROUP_TOPOLOGY, "group_topology");
        List<Connection> groupConnections = connections(tables,
                SectionKind.ASK_GROUP_CONNECTIVITY, "group_connectivity", units, groups);
        var xclbin = new Xclbin(header, sections, memories, units, connections, groups,
                groupConnections,
                section(SectionKind.CLOCK_FREQ_TOPOLOGY).map(tables::clocks).orElse(List.of()),
                kernels(), json(SectionKind.BUILD_METADATA), text(SectionKind.USER_METADATA));
        requireSame(xclbin);
        return xclbin;
    }

    private Header header() {
        if (fields.size() < HEADER_BYTES) {
            throw fields.bad(0, "axlf", fields.size() + " bytes",
                    "a container has a header of " + HEADER_BYTES);
        }
        for (int i = 0; i < MAGIC.length(); i++) {
            if (fields.u8(i, "m_magic") != MAGIC.charAt(i)) {
                throw fields.bad(i, "m_magic", "byte " + fields.u8(i, "m_magic"),
                        "a container begins with \"xclbin2\" and a zero byte");
            }
        }
        int signature = fields.i32(SIGNATURE, "m_signature_length");
        if (signature < -1 || signature > fields.size() - HEADER_BYTES) {
            throw fields.bad(SIGNATURE, "m_signature_length", signature,
                    "it is -1 for none, or fits behind the header");
        }
        long length = fields.i64(LENGTH, "m_length");
        if (length != fields.size() && length + Math.max(0, signature) != fields.size()) {
            throw fields.bad(LENGTH, "m_length", Long.toUnsignedString(length),
                    "the file has " + fields.size() + " bytes");
        }
        int mode = fields.ranged(MODE, fields.u16(MODE, "m_mode"), "m_mode", 0, MODES);
        UUID uuid = fields.uuid(UUID_AT, "uuid");
        if (uuid.equals(new UUID(0, 0))) {
            throw fields.bad(UUID_AT, "uuid", "zeros", "a design has a UUID");
        }
        long time = fields.i64(TIME, "m_timeStamp");
        if (time < 0) {
            throw fields.bad(TIME, "m_timeStamp", Long.toUnsignedString(time),
                    "it is in seconds since 1970");
        }
        return new Header(uuid, fields.text(PLATFORM, PLATFORM_BYTES, "m_platformVBNV", true),
                fields.uuid(SHELL, "rom_uuid"), new Xclbin.Version(
                        fields.u8(VERSION_MAJOR, "m_versionMajor"),
                        fields.u8(VERSION_MAJOR + 1, "m_versionMinor"),
                        fields.u16(VERSION_PATCH, "m_versionPatch")), mode, time);
    }

    private List<Section> sections() {
        int count = fields.ranged(SECTIONS, fields.i32(SECTIONS, "m_numSections"),
                "m_numSections", 1, limits.sections());
        long end = HEADER_BYTES + (long) count * SECTION_BYTES;
        var out = new ArrayList<Section>();
        for (int i = 0; i < count; i++) {
            long at = HEADER_BYTES + (long) i * SECTION_BYTES;
            String name = "m_sections[" + i + "]";
            int code = fields.ranged(at, fields.i32(at, name + ".m_sectionKind"),
                    name + ".m_sectionKind", 0, SECTION_CODES - 1);
            long offset = fields.i64(at + 24, name + ".m_sectionOffset");
            long bytes = fields.i64(at + 32, name + ".m_sectionSize");
            if (offset < end || offset % 8 != 0 || offset > fields.size()) {
                throw fields.bad(at + 24, name + ".m_sectionOffset",
                        Long.toUnsignedString(offset), "it is a multiple of 8 from " + end
                                + " to " + fields.size());
            }
            if (bytes < 0 || bytes > fields.size() - offset) {
                throw fields.bad(at + 32, name + ".m_sectionSize", Long.toUnsignedString(bytes),
                        "only " + (fields.size() - offset) + " bytes remain in the file");
            }
            var section = new Section(code, fields.text(at + 4, NAME_BYTES,
                    name + ".m_sectionName", false), offset, bytes);
            section.kind().ifPresent(kind -> {
                if (known.put(kind, section) != null) {
                    throw fields.bad(at, name + ".m_sectionKind", kind, "it is there once");
                }
            });
            out.add(section);
        }
        requireApart(out);
        return out;
    }

    private void requireApart(List<Section> sections) {
        long end = 0;
        for (Section s : sections.stream().filter(s -> s.bytes() > 0)
                .sorted(Comparator.comparing(Section::offset)).toList()) {
            if (s.offset() < end) {
                throw fields.bad(s.offset(), "section " + s.code(), "bytes of another section",
                        "sections lie behind each other");
            }
            end = s.offset() + s.bytes();
        }
    }

    private Optional<Section> section(SectionKind kind) {
        return Optional.ofNullable(known.get(kind));
    }

    private List<Memory> memories(Tables tables, SectionKind kind, String name) {
        return section(kind).map(s -> tables.memories(s, name)).orElse(List.of());
    }

    private List<Connection> connections(Tables tables, SectionKind kind, String name,
            List<Unit> units, List<Memory> memories) {
        return section(kind).map(s -> tables.connections(s, name, units, memories))
                .orElse(List.of());
    }

    private String text(SectionKind kind) {
        return section(kind).map(s -> fields.utf8(s.offset(), s.bytes(), kind.name(),
                limits.textBytes())).orElse("");
    }

    private List<Kernel> kernels() {
        String text = text(SectionKind.EMBEDDED_METADATA);
        return text.isEmpty() ? List.of() : KernelXml.parse(fields,
                known.get(SectionKind.EMBEDDED_METADATA).offset(), text, limits);
    }

    private String json(SectionKind kind) {
        String text = text(kind);
        if (!text.isEmpty()) {
            try {
                JSON.readTree(text);
            } catch (JsonProcessingException e) {
                throw fields.bad(known.get(kind).offset(), kind.name(), e.getOriginalMessage(),
                        "it is JSON");
            }
        }
        return text;
    }

    /** Units and connections speak of kernels and arguments that the XML has. */
    private void requireSame(Xclbin x) {
        if (x.kernels().isEmpty()) {
            return;
        }
        for (int i = 0; i < x.units().size(); i++) {
            Unit unit = x.units().get(i);
            String[] names = unit.name().split(":", 2);
            if (unit.type() == Xclbin.IP_KERNEL && x.kernels().stream().noneMatch(k ->
                    k.name().equals(names[0]) && k.instances().contains(names[1]))) {
                throw fields.bad(known.get(SectionKind.IP_LAYOUT).offset(), "ip_layout[" + i
                        + "].m_name", unit.name(),
                        "EMBEDDED_METADATA has the kernel and its instance");
            }
        }
        for (int i = 0; i < x.connections().size(); i++) {
            Connection c = x.connections().get(i);
            String name = x.units().get(c.unit()).name().split(":", 2)[0];
            if (x.kernels().stream().filter(k -> k.name().equals(name))
                    .flatMap(k -> k.arguments().stream())
                    .noneMatch(a -> a.index() == c.argument())) {
                throw fields.bad(known.get(SectionKind.CONNECTIVITY).offset(), "connectivity[" + i
                        + "].arg_index", c.argument(), "kernel " + name
                        + " has an argument of this index in EMBEDDED_METADATA");
            }
        }
    }
}
