package dev.skein.compiler.frontend.xclbin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.frontend.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What the reader takes, what it refuses and in which words. */
class XclbinReaderTest {
    private static final int MUTATIONS = Integer.getInteger("fuzz.xclbin", 100_000);
    private static final long SEED = Long.getLong("fuzz.seed", 20260701);

    /**
     * A container that breaks a rule.
     *
     * @param field that the message names
     * @param found what it says was found
     */
    record Bad(String field, String found, byte[] bytes) {
        @Override
        public String toString() {
            return field + ": " + found;
        }
    }

    static final List<Bad> HEADERS = List.of(
            new Bad("axlf", "455 bytes", Arrays.copyOf(Samples.bytes(), 455)),
            new Bad("axlf", "0 bytes", new byte[0]),
            new Bad("m_magic", "byte 49", Samples.with(b -> b.put(6, (byte) '1'))),
            new Bad("m_signature_length", "-2", Samples.with(b -> b.putInt(8, -2))),
            new Bad("m_signature_length", "1000000", Samples.with(b -> b.putInt(8, 1_000_000))),
            new Bad("m_length", "18446744073709551615", Samples.with(b -> b.putLong(304, -1))),
            new Bad("m_length", "" + (Samples.bytes().length),
                    Arrays.copyOf(Samples.bytes(), Samples.bytes().length - 8)),
            new Bad("m_timeStamp", "9223372036854775808",
                    Samples.with(b -> b.putLong(312, Long.MIN_VALUE))),
            new Bad("m_mode", "7", Samples.with(b -> b.putShort(332, (short) 7))),
            new Bad("m_platformVBNV", "byte 0xff at its place 0",
                    Samples.with(b -> b.put(352, (byte) -1))),
            new Bad("m_platformVBNV", "xxxx", Samples.with(b -> {
                for (int i = 0; i < 64; i++) {
                    b.put(352 + i, (byte) 'x');
                }
            })),
            new Bad("uuid", "zeros", Samples.with(b -> b.putLong(416, 0).putLong(424, 0))),
            new Bad("m_numSections", "0", Samples.with(b -> b.putInt(448, 0))),
            new Bad("m_numSections", "-1", Samples.with(b -> b.putInt(448, -1))),
            new Bad("m_numSections", "257", Samples.with(b -> b.putInt(448, 257))),
            new Bad("m_sections[0].m_sectionKind", "65536",
                    Samples.with(b -> b.putInt(456, 65536))),
            new Bad("m_sections[1].m_sectionKind", "BITSTREAM",
                    Samples.with(b -> b.putInt(496, 0))),
            new Bad("m_sections[0].m_sectionName", "byte 0x7",
                    Samples.with(b -> b.put(461, (byte) 7))),
            new Bad("m_sections[0].m_sectionOffset", "456",
                    Samples.with(b -> b.putLong(480, 456))),
            new Bad("m_sections[0].m_sectionOffset", "9223372036854775808",
                    Samples.with(b -> b.putLong(480, Long.MIN_VALUE))),
            new Bad("m_sections[0].m_sectionOffset", "" + (Samples.at(SectionKind.BITSTREAM) + 4),
                    Samples.with(b -> b.putLong(480, Samples.at(SectionKind.BITSTREAM) + 4))),
            new Bad("m_sections[0].m_sectionSize", "9223372036854775807",
                    Samples.with(b -> b.putLong(488, Long.MAX_VALUE))),
            new Bad("section 2", "bytes of another section",
                    Samples.with(b -> b.putLong(488, 64))));

    static final List<Bad> TABLES = List.of(
            table(SectionKind.MEM_TOPOLOGY, "mem_topology.m_count", "-1", 0, -1),
            table(SectionKind.MEM_TOPOLOGY, "mem_topology.m_count", "1025", 0, 1025),
            table(SectionKind.MEM_TOPOLOGY, "mem_topology.m_count", "4", 0, 4),
            table(SectionKind.MEM_TOPOLOGY, "mem_topology[0].m_type", "12", 8, 0x10c),
            table(SectionKind.MEM_TOPOLOGY, "mem_topology[0].m_used", "2", 8, 0x206),
            wide(SectionKind.MEM_TOPOLOGY, "mem_topology[0].m_size", "18446744073709551615", 16,
                    -1),
            wide(SectionKind.MEM_TOPOLOGY, "mem_topology[1].m_base_address",
                    "9223372036854775807", 8 + 40 + 16, Long.MAX_VALUE),
            wide(SectionKind.MEM_TOPOLOGY, "mem_topology[0].m_tag", "byte 0x1", 32, 1),
            table(SectionKind.ASK_GROUP_TOPOLOGY, "group_topology.m_count", "2", 0, 2),
            table(SectionKind.IP_LAYOUT, "ip_layout[0].m_type", "8", 8, 8),
            new Bad("ip_layout[0].m_name", "core.core_1",
                    Samples.with(b -> b.put(Samples.at(SectionKind.IP_LAYOUT) + 28, (byte) '.'))),
            new Bad("ip_layout[1].m_name", "core:core_1", Samples.with(b ->
                    b.put(Samples.at(SectionKind.IP_LAYOUT) + 8 + 80 + 16 + 10, (byte) '1'))),
            new Bad("ip_layout[1].m_name", "core:core_3", Samples.with(b ->
                    b.put(Samples.at(SectionKind.IP_LAYOUT) + 8 + 80 + 16 + 10, (byte) '3'))),
            table(SectionKind.CONNECTIVITY, "connectivity[0].arg_index", "-5", 4, -5),
            table(SectionKind.CONNECTIVITY, "connectivity[0].arg_index", "9", 4, 9),
            table(SectionKind.CONNECTIVITY, "connectivity[0].m_ip_layout_index", "3", 8, 3),
            table(SectionKind.CONNECTIVITY, "connectivity[0].m_ip_layout_index", "2", 8, 2),
            table(SectionKind.CONNECTIVITY, "connectivity[0].mem_data_index", "-1", 12, -1),
            table(SectionKind.CONNECTIVITY, "connectivity[0].mem_data_index", "2", 12, 2),
            table(SectionKind.ASK_GROUP_CONNECTIVITY, "group_connectivity[0].mem_data_index", "3",
                    12, 3),
            table(SectionKind.CLOCK_FREQ_TOPOLOGY, "clock_freq_topology.m_count", "-1", 0, -1),
            table(SectionKind.CLOCK_FREQ_TOPOLOGY, "clock_freq_topology[0].m_type", "4", 2,
                    4 << 16 | 225),
            wide(SectionKind.CLOCK_FREQ_TOPOLOGY, "clock_freq_topology[0].m_name", "byte 0xff", 10,
                    -1));

    static final List<Bad> TEXTS = List.of(
            new Bad("EMBEDDED_METADATA", "not UTF-8",
                    Samples.replaced("<project", "\u00ffproject")),
            new Bad("EMBEDDED_METADATA, XML, line", "", Samples.replaced("</project>",
                    "</projekt>")),
            new Bad("EMBEDDED_METADATA, XML", "<!DOCTYPE",
                    Samples.replaced("<platform vendor", "<!DOCTYPE vendo>")),
            new Bad("EMBEDDED_METADATA, kernel", "name is not there",
                    Samples.replaced("<kernel name", "<kernel nome")),
            new Bad("EMBEDDED_METADATA, kernel core, arg hbm0, size", "-x8",
                    Samples.replaced("size=\"0x8\"", "size=\"-x8\"")),
            new Bad("EMBEDDED_METADATA, kernel core, arg ddr0, id", "-",
                    Samples.replaced("id=\"1\"", "id=\"-\"")),
            new Bad("EMBEDDED_METADATA, kernel core, arg ddr0", "id 0",
                    Samples.replaced("id=\"1\"", "id=\"0\"")),
            new Bad("EMBEDDED_METADATA, kernel core, arg hbm0, addressQualifier", "5",
                    Samples.replaced("addressQualifier=\"1\"", "addressQualifier=\"5\"")),
            new Bad("BUILD_METADATA", "", Samples.replaced("{\"build_metadata\": {}}",
                    "{\"build_metadata\": {},")),
            new Bad("USER_METADATA", "not UTF-8", Samples.replaced("{\"skein\"",
                    "{\"ske\u00ffn\"")));

    private static Bad table(SectionKind kind, String field, String found, int at, int value) {
        return new Bad(field, found, Samples.with(b -> b.putInt(Samples.at(kind) + at, value)));
    }

    private static Bad wide(SectionKind kind, String field, String found, int at, long value) {
        return new Bad(field, found, Samples.with(b -> b.putLong(Samples.at(kind) + at, value)));
    }

    @ParameterizedTest
    @FieldSource({"HEADERS", "TABLES", "TEXTS"})
    void aBrokenRuleIsOneLine(Bad bad) {
        var e = assertThrows(FormatException.class, () -> Samples.parse(bad.bytes()));
        assertTrue(e.field().startsWith(bad.field()), e.getMessage());
        assertTrue(e.found().contains(bad.found()), e.getMessage());
        assertTrue(e.getMessage().startsWith("x.xclbin: offset " + e.offset() + ": "),
                e.getMessage());
        assertTrue(e.getMessage().contains("copy the file again"), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        assertFalse(e.rule().isBlank());
    }

    @Test
    void whatIsWrittenIsRead() {
        byte[] bytes = Samples.bytes();
        Xclbin read = Samples.parse(bytes);
        assertEquals(10, read.sections().size());
        Xclbin same = new Xclbin(read.header(), List.of(), read.memories(), read.units(),
                read.connections(), read.groups(), read.groupConnections(), read.clocks(),
                read.kernels(), read.buildMetadata(), read.userMetadata());
        assertEquals(Samples.SMALL, same);
        assertArrayEquals(bytes, XclbinWriter.write(read, new byte[] {1, 2, 3}));
        assertEquals(Optional.of(450), read.kernelMHz());
        assertFalse(read.emulation());
        assertEquals(1, read.unitIndex("core", "core_2"));
        assertEquals(-1, read.unitIndex("core", "core_3"));
        assertEquals("core", read.kernelOf("core_2").orElseThrow().name());
        assertEquals(1L << 28, read.memories().getFirst().bytes());
    }

    /** Sections of kinds that are not read, a signature behind the container, padding. */
    @Test
    void whatIsNotReadDoesNotDisturb() {
        byte[] unknown = Samples.with(b ->
                b.putInt(Samples.headerAt(SectionKind.BUILD_METADATA), 4711));
        assertEquals("", Samples.parse(unknown).buildMetadata());
        byte[] signed = Arrays.copyOf(Samples.bytes(), Samples.bytes().length + 100);
        signed[8] = 100;
        signed[9] = signed[10] = signed[11] = 0;
        assertEquals(Samples.SMALL.header(), Samples.parse(signed).header());
        byte[] padded = Samples.with(b -> {
            int at = Samples.headerAt(SectionKind.CLOCK_FREQ_TOPOLOGY) + 32;
            b.putLong(at, (b.getLong(at) + 7) / 8 * 8);
        });
        assertEquals(Samples.SMALL.clocks(), Samples.parse(padded).clocks());
    }

    @Test
    void filesAreToldApart(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("a.xclbin"), Samples.bytes());
        assertTrue(XclbinReader.isXclbin(file));
        assertEquals(Samples.parse(Samples.bytes()), XclbinReader.read(file));
        assertFalse(XclbinReader.isXclbin(Files.writeString(folder.resolve("b"), "xclb")));
        assertFalse(XclbinReader.isXclbin(folder));
        assertThrows(FormatException.class, () -> XclbinReader.read(folder));
        assertThrows(NoSuchFileException.class, () -> XclbinReader.read(folder.resolve("none")));
    }

    /** Bytes, words, cuts and copies: an answer, or the one documented exception. */
    @Test
    void damageEndsInAnAnswerOrALine() {
        var random = new SplittableRandom(SEED);
        byte[] good = Samples.bytes();
        int answers = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = mutated(good, random);
            try {
                Samples.parse(bytes);
                answers++;
            } catch (FormatException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            } catch (RuntimeException e) {
                throw new AssertionError("mutation " + i + " of seed " + SEED, e);
            }
        }
        assertTrue(answers > MUTATIONS / 100 && answers < MUTATIONS * 9 / 10,
                answers + " of " + MUTATIONS + " were read");
    }

    private static byte[] mutated(byte[] good, SplittableRandom random) {
        byte[] bytes = good.clone();
        for (int n = random.nextInt(1, 4); n > 0; n--) {
            // Half of all changes hit headers, which are a third of the file and rule the rest.
            int at = random.nextInt(random.nextBoolean() ? 860 : bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 8), (byte) -1);
                case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0);
                case 4 -> System.arraycopy(good, random.nextInt(good.length - 64), bytes,
                        Math.min(at, bytes.length - 64), random.nextInt(64));
                default -> {
                    if (random.nextInt(8) == 0) {
                        return Arrays.copyOf(bytes, at);
                    }
                    bytes[at]++;
                }
            }
        }
        return bytes;
    }
}
