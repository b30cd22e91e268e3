package dev.skein.compiler.frontend.xclbin;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a container says of the design in it.
 *
 * @param header facts of the whole file
 * @param sections in the order of their headers, those included that are not read
 * @param memories of MEM_TOPOLOGY
 * @param units of IP_LAYOUT
 * @param connections of CONNECTIVITY
 * @param groups of ASK_GROUP_TOPOLOGY
 * @param groupConnections of ASK_GROUP_CONNECTIVITY
 * @param clocks of CLOCK_FREQ_TOPOLOGY
 * @param kernels of EMBEDDED_METADATA
 * @param buildMetadata JSON; empty if there is none
 * @param userMetadata text; empty if there is none
 */
public record Xclbin(Header header, List<Section> sections, List<Memory> memories,
        List<Unit> units, List<Connection> connections, List<Memory> groups,
        List<Connection> groupConnections, List<Clock> clocks, List<Kernel> kernels,
        String buildMetadata, String userMetadata) {

    /** Type of a compute unit in {@link Unit#type}. */
    public static final int IP_KERNEL = 1;
    /** Type of HBM in {@link Memory#type}. */
    public static final int MEM_HBM = 6;
    /** Type of DDR4 in {@link Memory#type}. */
    public static final int MEM_DDR4 = 1;
    /** Type in {@link Clock#type} of the clock {@code ap_clk} of kernels. */
    public static final int CLOCK_DATA = 1;
    /** Type in {@link Clock#type} of the clock {@code ap_clk_2}, which few kernels have. */
    public static final int CLOCK_KERNEL = 2;

    /** Copies the lists. */
    public Xclbin {
        sections = List.copyOf(sections);
        memories = List.copyOf(memories);
        units = List.copyOf(units);
        connections = List.copyOf(connections);
        groups = List.copyOf(groups);
        groupConnections = List.copyOf(groupConnections);
        clocks = List.copyOf(clocks);
        kernels = List.copyOf(kernels);
    }

    /**
     * Facts of the whole file.
     *
     * @param uuid of this design; XRT knows a loaded design by it
     * @param platform vendor, board, name and version of the shell it was linked for
     * @param shell UUID of that shell's interface
     * @param version of the tool: major.minor.patch
     * @param mode number of XCLBIN_MODE: 0 and 1 for a card, 4 and 5 emulation
     * @param timeSeconds since 1970
     */
    public record Header(UUID uuid, String platform, UUID shell, Version version, int mode,
            long timeSeconds) {}

    /** Version of the tool that linked a design. */
    public record Version(int major, int minor, int patch) {
        @Override
        public String toString() {
            return major + "." + minor + "." + patch;
        }
    }

    /**
     * A section header.
     *
     * @param code number of the kind
     * @param name as its maker named it
     * @param offset first byte in the file
     * @param bytes size
     */
    public record Section(int code, String name, long offset, long bytes) {
        /** The kind, if it is one that is read here. */
        public Optional<SectionKind> kind() {
            return SectionKind.of(code);
        }
    }

    /**
     * A memory bank, or a group of them.
     *
     * @param type number of MEM_TYPE
     * @param used whether a kernel reaches it
     * @param kibibytes size
     * @param base first address on the card
     * @param tag name: {@code HBM[0]}
     */
    public record Memory(int type, boolean used, long kibibytes, long base, String tag) {
        /** Size in bytes. */
        public long bytes() {
            return kibibytes * 1024;
        }
    }

    /**
     * Something on the control bus.
     *
     * @param type number of IP_TYPE
     * @param properties bits that depend on the type
     * @param base address of its registers; -1 if it has none
     * @param name {@code kernel:unit} of a compute unit
     */
    public record Unit(int type, int properties, long base, String name) {}

    /**
     * An argument that reaches a bank.
     *
     * @param argument index of the kernel's argument
     * @param unit index in IP_LAYOUT
     * @param memory index in the topology
     */
    public record Connection(int argument, int unit, int memory) {}

    /**
     * A clock.
     *
     * @param megahertz frequency
     * @param type number of CLOCK_TYPE
     */
    public record Clock(int megahertz, int type, String name) {}

    /**
     * A kernel.
     *
     * @param name of its function
     * @param arguments in order
     * @param instances names of its compute units
     */
    public record Kernel(String name, List<Argument> arguments, List<String> instances) {
        /** Copies the lists. */
        public Kernel {
            arguments = List.copyOf(arguments);
            instances = List.copyOf(instances);
        }

        /** The argument of a name. */
        public Optional<Argument> argument(String argument) {
            return arguments.stream().filter(a -> a.name().equals(argument)).findFirst();
        }
    }

    /**
     * An argument of a kernel.
     *
     * @param index with which the host sets it
     * @param qualifier 0 scalar, 1 global memory, 2 constant, 3 local, 4 stream
     * @param bytes size in the register file
     * @param offset of its register
     */
    public record Argument(String name, int index, int qualifier, int bytes, int offset) {
        /** Qualifier of a scalar. */
        public static final int SCALAR = 0;
        /** Qualifier of a pointer to memory. */
        public static final int GLOBAL = 1;
        /** Qualifier of a stream between kernels. */
        public static final int STREAM = 4;
    }

    /** The kernel with a compute unit's name in it. */
    public Optional<Kernel> kernelOf(String instance) {
        return kernels.stream().filter(k -> k.instances().contains(instance)).findFirst();
    }

    /** Index in IP_LAYOUT of a compute unit, or -1. */
    public int unitIndex(String kernel, String instance) {
        for (int i = 0; i < units.size(); i++) {
            if (units.get(i).type() == IP_KERNEL
                    && units.get(i).name().equals(kernel + ":" + instance)) {
                return i;
            }
        }
        return -1;
    }

    /** The clock {@code ap_clk} of kernels, MHz; empty if the file does not say. */
    public Optional<Integer> kernelMHz() {
        return clocks.stream().filter(c -> c.type() == CLOCK_DATA && c.megahertz() > 0)
                .map(Clock::megahertz).findFirst();
    }

    /** Whether the design is for an emulator and not for a card. */
    public boolean emulation() {
        return header.mode() >= 4;
    }
}
