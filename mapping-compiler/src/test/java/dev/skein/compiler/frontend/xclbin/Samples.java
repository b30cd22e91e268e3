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
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** A small container, and changes of it. */
final class Samples {
    static final Xclbin SMALL = small();

    private Samples() {}

    private static Xclbin small() {
        List<Memory> banks = List.of(new Memory(Xclbin.MEM_HBM, true, 262144, 0, "HBM[0]"),
                new Memory(Xclbin.MEM_DDR4, true, 16777216, 1L << 38, "DDR[0]"),
                new Memory(Xclbin.MEM_DDR4, false, 16777216, 1L << 39, "DDR[1]"));
        List<Connection> connections = List.of(new Connection(0, 0, 0), new Connection(1, 0, 1),
                new Connection(0, 1, 0));
        return new Xclbin(new Header(new UUID(1, 2), "xilinx_u280_gen3x16_xdma_1_202211_1",
                new UUID(3, 4), new Xclbin.Version(2, 13, 466), 1, 1_700_000_000L), List.of(),
                banks, List.of(new Unit(Xclbin.IP_KERNEL, 1, 0x1800000, "core:core_1"),
                        new Unit(Xclbin.IP_KERNEL, 1, 0x1810000, "core:core_2"),
                        new Unit(5, 0, -1, "HBM")), connections, banks, connections,
                List.of(new Clock(225, Xclbin.CLOCK_KERNEL, "KERNEL_CLK"),
                        new Clock(450, 1, "DATA_CLK")),
                List.of(new Kernel("core", List.of(new Argument("hbm0", 0, 1, 8, 16),
                        new Argument("ddr0", 1, 1, 8, 28), new Argument("n", 2, 0, 4, 40)),
                        List.of("core_1", "core_2"))),
                "{\"build_metadata\": {}}", "{\"skein\": 1}");
    }

    static byte[] bytes() {
        return XclbinWriter.write(SMALL, new byte[] {1, 2, 3});
    }

    /** Offset of a section. */
    static int at(SectionKind kind) {
        return (int) section(kind).offset();
    }

    static Xclbin.Section section(SectionKind kind) {
        return parse(bytes()).sections().stream().filter(s -> s.code() == kind.code()).findFirst()
                .orElseThrow();
    }

    /** Offset of the header of a section. */
    static int headerAt(SectionKind kind) {
        return 456 + 40 * parse(bytes()).sections().indexOf(section(kind));
    }

    static Xclbin parse(byte[] bytes) {
        return XclbinReader.parse("x.xclbin", ByteBuffer.wrap(bytes), XclbinLimits.DEFAULT);
    }

    /** The small container with a change. */
    static byte[] with(Consumer<ByteBuffer> change) {
        byte[] bytes = bytes();
        change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return bytes;
    }

    /** The small container with other words of equal length in the first place they are found. */
    static byte[] replaced(String words, String by) {
        byte[] bytes = bytes();
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(words);
        if (at < 0 || words.length() != by.length()) {
            throw new IllegalArgumentException(words + " at " + at);
        }
        System.arraycopy(by.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, at, by.length());
        return bytes;
    }
}
