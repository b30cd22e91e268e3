package dev.skein.runtime.vitis;

import dev.skein.compiler.frontend.xclbin.Xclbin;
import dev.skein.compiler.frontend.xclbin.Xclbin.Argument;
import dev.skein.compiler.frontend.xclbin.Xclbin.Connection;
import dev.skein.compiler.frontend.xclbin.Xclbin.Header;
import dev.skein.compiler.frontend.xclbin.Xclbin.Memory;
import dev.skein.compiler.frontend.xclbin.Xclbin.Unit;
import dev.skein.compiler.frontend.xclbin.XclbinWriter;
import dev.skein.hls.board.Banks;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.vitis.ComputeUnit;
import dev.skein.hls.vitis.Connectivity;
import dev.skein.hls.vitis.DesignMark;
import dev.skein.hls.vitis.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A container with the metadata of a board's design and no design in it: what XRT's no-op shim
 * takes for a bitstream. A card refuses it.
 */
public final class StandIn {
    /** The version of XRT whose layout is written. */
    private static final Xclbin.Version XRT = new Xclbin.Version(2, 13, 466);
    private static final byte[] NO_DESIGN = "no design: for XRT's no-op shim\n"
            .getBytes(StandardCharsets.US_ASCII);
    private static final int ARGUMENTS_AT = 0x10;
    private static final int POINTER_BYTES = 8;
    private static final int INT_BYTES = 4;
    /** Registers of an argument are followed by a reserved one. */
    private static final int RESERVED_BYTES = 4;
    private static final long UNITS_AT = 0x1800000;
    private static final long UNIT_BYTES = 0x10000;

    private final Board board;
    private final Connectivity wiring;
    private final List<Memory> memories = new ArrayList<>();

    private StandIn(Board board, Connectivity wiring) {
        this.board = board;
        this.wiring = wiring;
    }

    /** All bytes of the container of a board; the same each time. */
    public static byte[] bytes(Board board, Connectivity wiring) {
        return XclbinWriter.write(of(board, wiring), NO_DESIGN);
    }

    /** What the container says; its sections are not listed. */
    public static Xclbin of(Board board, Connectivity wiring) {
        return new StandIn(board, wiring).xclbin();
    }

    private Xclbin xclbin() {
        memories();
        List<Xclbin.Kernel> kernels = wiring.kernels().stream().map(this::kernel).toList();
        var units = new ArrayList<Unit>();
        for (ComputeUnit u : wiring.units()) {
            units.add(new Unit(Xclbin.IP_KERNEL, 0, UNITS_AT + u.core() * UNIT_BYTES,
                    u.kernel().name() + ":" + u.name()));
        }
        List<Connection> connections = connections(kernels);
        String platform = wiring.platform().name().orElse(board.name());
        DesignMark mark = DesignMark.of(board);
        var header = new Header(uuid("design " + mark.json() + memories), platform,
                uuid("shell " + platform), XRT, 1, 0);
        return new Xclbin(header, List.of(), memories, units, connections, memories, connections,
                List.of(new Xclbin.Clock((int) Math.round(board.clockMHz()), Xclbin.CLOCK_DATA,
                        "DATA_CLK")), kernels,
                "{\"build_metadata\": {\"dsa\": {\"name\": \"" + platform + "\"}}}\n",
                mark.json());
    }

    private static UUID uuid(String of) {
        return UUID.nameUUIDFromBytes(of.getBytes(StandardCharsets.UTF_8));
    }

    /** Banks by tag, at addresses of our own: each as large as the board says. */
    private void memories() {
        Map<String, Memory> banks = new LinkedHashMap<>();
        long base = 0;
        for (ComputeUnit u : wiring.units()) {
            for (ComputeUnit.Port p : u.ports()) {
                String tag = p.banks().toString();
                if (!banks.containsKey(tag)) {
                    long bytes = bankBytes(p.banks());
                    banks.put(tag, new Memory(tag.startsWith("HBM") ? Xclbin.MEM_HBM
                            : Xclbin.MEM_DDR4, true, bytes / 1024, base, tag));
                    base += bytes;
                }
            }
        }
        memories.addAll(banks.values());
    }

    /** Capacity of a bank: of a channel of the memory that lies in such banks. */
    private long bankBytes(Banks bank) {
        boolean ddr = bank.overlaps(wiring.platform().ddr());
        OffChipMemory memory = board.memory(ddr ? dev.skein.hls.isa.Memory.DDR
                : dev.skein.hls.isa.Memory.HBM, 0);
        return memory.channelBytes();
    }

    /** Arguments in the order of kernel.cpp: memories, streams, then what the host says. */
    private Xclbin.Kernel kernel(Kernel kernel) {
        ComputeUnit first = wiring.units().stream().filter(u -> u.kernel().equals(kernel))
                .findFirst().orElseThrow();
        var names = new ArrayList<String>();
        first.ports().stream().map(ComputeUnit.Port::name)
                .filter(n -> n.matches("(hbm|param|ddr)\\d+")).forEach(names::add);
        for (int peer = 0; peer < kernel.peers(); peer++) {
            names.add("tx" + peer);
            names.add("rx" + peer);
        }
        names.addAll(List.of("fetch", "step", "status", "core_number"));
        var arguments = new ArrayList<Argument>();
        int offset = ARGUMENTS_AT;
        for (String name : names) {
            int qualifier = name.matches("[tr]x\\d+") ? Argument.STREAM
                    : name.equals("core_number") ? Argument.SCALAR : Argument.GLOBAL;
            int bytes = qualifier == Argument.SCALAR ? INT_BYTES : POINTER_BYTES;
            boolean register = qualifier != Argument.STREAM;
            arguments.add(new Argument(name, arguments.size(), qualifier, bytes,
                    register ? offset : 0));
            offset += register ? bytes + RESERVED_BYTES : 0;
        }
        return new Xclbin.Kernel(kernel.name(), arguments, wiring.units().stream()
                .filter(u -> u.kernel().equals(kernel)).map(ComputeUnit::name).toList());
    }

    private List<Connection> connections(List<Xclbin.Kernel> kernels) {
        var out = new ArrayList<Connection>();
        List<String> tags = memories.stream().map(Memory::tag).toList();
        for (ComputeUnit u : wiring.units()) {
            Xclbin.Kernel kernel = kernels.stream()
                    .filter(k -> k.name().equals(u.kernel().name())).findFirst().orElseThrow();
            for (ComputeUnit.Port p : u.ports()) {
                out.add(new Connection(kernel.argument(p.name()).orElseThrow().index(), u.core(),
                        tags.indexOf(p.banks().toString())));
            }
        }
        return out;
    }
}
