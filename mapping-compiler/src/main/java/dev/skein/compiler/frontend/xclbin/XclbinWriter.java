package dev.skein.compiler.frontend.xclbin;

import dev.skein.compiler.frontend.xclbin.Xclbin.Argument;
import dev.skein.compiler.frontend.xclbin.Xclbin.Clock;
import dev.skein.compiler.frontend.xclbin.Xclbin.Connection;
import dev.skein.compiler.frontend.xclbin.Xclbin.Header;
import dev.skein.compiler.frontend.xclbin.Xclbin.Kernel;
import dev.skein.compiler.frontend.xclbin.Xclbin.Memory;
import dev.skein.compiler.frontend.xclbin.Xclbin.Unit;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Writes a container with the tables of an {@link Xclbin}, and a given section BITSTREAM. What it
 * says of sections is not looked at: they follow from the rest.
 */
public final class XclbinWriter {
    private XclbinWriter() {}

    /** All bytes of the file. */
    public static byte[] write(Xclbin x, byte[] bitstream) {
        var sections = new EnumMap<SectionKind, byte[]>(SectionKind.class);
        sections.put(SectionKind.BITSTREAM, bitstream);
        put(sections, SectionKind.EMBEDDED_METADATA, utf8(xml(x)));
        sections.put(SectionKind.MEM_TOPOLOGY, memories(x.memories()));
        sections.put(SectionKind.CONNECTIVITY, connections(x.connections()));
        sections.put(SectionKind.IP_LAYOUT, units(x.units()));
        sections.put(SectionKind.CLOCK_FREQ_TOPOLOGY, clocks(x.clocks()));
        put(sections, SectionKind.BUILD_METADATA, utf8(x.buildMetadata()));
        put(sections, SectionKind.USER_METADATA, utf8(x.userMetadata()));
        sections.put(SectionKind.ASK_GROUP_TOPOLOGY, memories(x.groups()));
        sections.put(SectionKind.ASK_GROUP_CONNECTIVITY, connections(x.groupConnections()));
        return container(x.header(), sections);
    }

    private static void put(Map<SectionKind, byte[]> sections, SectionKind kind, byte[] bytes) {
        if (bytes.length > 0) {
            sections.put(kind, bytes);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int aligned(int bytes) {
        return Math.addExact(bytes, 7) & ~7;
    }

    private static byte[] container(Header header, Map<SectionKind, byte[]> sections) {
        int start = aligned(XclbinReader.HEADER_BYTES
                + sections.size() * XclbinReader.SECTION_BYTES);
        int length = start;
        for (byte[] section : sections.values()) {
            length = Math.addExact(length, aligned(section.length));
        }
        ByteBuffer out = buffer(length);
        header(out, header, sections.size());
        int at = start;
        int entry = XclbinReader.HEADER_BYTES;
        for (Map.Entry<SectionKind, byte[]> s : sections.entrySet()) {
            out.putInt(entry, s.getKey().code());
            text(out, entry + 4, "skein", XclbinReader.NAME_BYTES);
            out.putLong(entry + 24, at);
            out.putLong(entry + 32, s.getValue().length);
            out.put(at, s.getValue());
            at += aligned(s.getValue().length);
            entry += XclbinReader.SECTION_BYTES;
        }
        return out.array();
    }

    private static void header(ByteBuffer out, Header h, int sections) {
        text(out, 0, XclbinReader.MAGIC, XclbinReader.MAGIC.length());
        out.putInt(XclbinReader.SIGNATURE, -1);
        // Reserved bytes and the unused key are set, as xclbinutil leaves them.
        for (int i = XclbinReader.SIGNATURE + 4; i < XclbinReader.UNIQUE_ID; i++) {
            out.put(i, (byte) -1);
        }
        out.putLong(XclbinReader.UNIQUE_ID, h.uuid().getLeastSignificantBits());
        out.putLong(XclbinReader.LENGTH, out.capacity());
        out.putLong(XclbinReader.TIME, h.timeSeconds());
        out.putShort(XclbinReader.VERSION_PATCH, (short) h.version().patch());
        out.put(XclbinReader.VERSION_MAJOR, (byte) h.version().major());
        out.put(XclbinReader.VERSION_MAJOR + 1, (byte) h.version().minor());
        out.putShort(XclbinReader.MODE, (short) h.mode());
        uuid(out, XclbinReader.SHELL, h.shell());
        text(out, XclbinReader.PLATFORM, h.platform(), XclbinReader.PLATFORM_BYTES - 1);
        uuid(out, XclbinReader.UUID_AT, h.uuid());
        out.putInt(XclbinReader.SECTIONS, sections);
    }

    private static void uuid(ByteBuffer out, int at, UUID uuid) {
        ByteBuffer big = out.duplicate().order(ByteOrder.BIG_ENDIAN);
        big.putLong(at, uuid.getMostSignificantBits());
        big.putLong(at + 8, uuid.getLeastSignificantBits());
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** ASCII in a field of zeros. */
    private static void text(ByteBuffer out, int at, String text, int room) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        if (ascii.length > room) {
            throw new IllegalArgumentException("'" + text + "' is longer than " + room
                    + " characters, the room for it in an xclbin");
        }
        out.put(at, ascii);
    }

    private static byte[] memories(List<Memory> memories) {
        ByteBuffer out = buffer(Tables.MEM_HEAD + memories.size() * Tables.MEM_BYTES);
        out.putInt(memories.size());
        int at = Tables.MEM_HEAD;
        for (Memory m : memories) {
            out.put(at, (byte) m.type()).put(at + 1, (byte) (m.used() ? 1 : 0));
            out.putLong(at + 8, m.kibibytes()).putLong(at + 16, m.base());
            text(out, at + 24, m.tag(), Tables.TAG_BYTES - 1);
            at += Tables.MEM_BYTES;
        }
        return out.array();
    }

    private static byte[] units(List<Unit> units) {
        ByteBuffer out = buffer(Tables.IP_HEAD + units.size() * Tables.IP_BYTES);
        out.putInt(units.size());
        int at = Tables.IP_HEAD;
        for (Unit u : units) {
            out.putInt(at, u.type()).putInt(at + 4, u.properties()).putLong(at + 8, u.base());
            text(out, at + 16, u.name(), Tables.IP_NAME_BYTES - 1);
            at += Tables.IP_BYTES;
        }
        return out.array();
    }

    private static byte[] connections(List<Connection> connections) {
        ByteBuffer out = buffer(Tables.CONNECTION_HEAD
                + connections.size() * Tables.CONNECTION_BYTES);
        out.putInt(connections.size());
        connections.forEach(c -> out.putInt(c.argument()).putInt(c.unit()).putInt(c.memory()));
        return out.array();
    }

    private static byte[] clocks(List<Clock> clocks) {
        ByteBuffer out = buffer(Tables.CLOCK_HEAD + clocks.size() * Tables.CLOCK_BYTES);
        out.putShort((short) clocks.size());
        int at = Tables.CLOCK_HEAD;
        for (Clock c : clocks) {
            out.putShort(at, (short) c.megahertz()).put(at + 2, (byte) c.type());
            text(out, at + 8, c.name(), Tables.CLOCK_NAME_BYTES - 1);
            at += Tables.CLOCK_BYTES;
        }
        return out.array();
    }

    /** As v++ nests it; XRT takes registers, sizes and types of arguments from here. */
    private static String xml(Xclbin x) {
        if (x.kernels().isEmpty()) {
            return "";
        }
        var out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + "<project name=\"skein\">\n<platform vendor=\"xilinx\" boardid=\"skein\""
                + " name=\"skein\">\n<version major=\"0\" minor=\"0\"/>\n"
                + "<device name=\"fpga0\">\n<core name=\"OCL_REGION_0\" target=\"hw\""
                + " type=\"clc_region\">\n");
        for (Kernel k : x.kernels()) {
            out.append("<kernel name=\"").append(k.name()).append("\" language=\"c\""
                    + " vlnv=\"skein:kernel:").append(k.name()).append(":1.0\""
                    + " hwControlProtocol=\"ap_ctrl_hs\">\n");
            out.append("<port name=\"S_AXI_CONTROL\" mode=\"slave\" range=\"0x1000\""
                    + " dataWidth=\"32\" portType=\"addressable\" base=\"0x0\"/>\n");
            k.arguments().stream().filter(a -> a.qualifier() == Argument.GLOBAL).forEach(a ->
                    out.append("<port name=\"").append(port(a)).append("\" mode=\"master\""
                            + " range=\"0xFFFFFFFFFFFFFFFF\" dataWidth=\"512\""
                            + " portType=\"addressable\" base=\"0x0\"/>\n"));
            k.arguments().forEach(a -> argument(out, a));
            for (String instance : k.instances()) {
                out.append("<instance name=\"").append(instance).append("\"><addrRemap base=\"0x")
                        .append(Long.toHexString(base(x, k, instance)))
                        .append("\" range=\"0x1000\" port=\"S_AXI_CONTROL\"/></instance>\n");
            }
            out.append("</kernel>\n");
        }
        return out.append("</core>\n</device>\n</platform>\n</project>\n").toString();
    }

    private static long base(Xclbin x, Kernel kernel, String instance) {
        int unit = x.unitIndex(kernel.name(), instance);
        if (unit < 0) {
            throw new IllegalArgumentException("no unit " + kernel.name() + ":" + instance);
        }
        return x.units().get(unit).base();
    }

    private static String port(Argument a) {
        return a.qualifier() == Argument.GLOBAL ? "M_AXI_" + a.name().toUpperCase(Locale.ROOT)
                : "S_AXI_CONTROL";
    }

    private static void argument(StringBuilder out, Argument a) {
        out.append(String.format(Locale.ROOT, "<arg name=\"%s\" addressQualifier=\"%d\""
                + " id=\"%d\" port=\"%s\" size=\"0x%x\" offset=\"0x%x\" hostOffset=\"0x0\""
                + " hostSize=\"0x%x\" type=\"%s\"/>\n", a.name(), a.qualifier(), a.index(),
                port(a), a.bytes(), a.offset(), a.bytes(),
                a.qualifier() == Argument.GLOBAL ? "void*" : "int"));
    }
}
