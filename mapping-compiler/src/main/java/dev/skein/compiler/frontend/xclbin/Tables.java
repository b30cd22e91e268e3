package dev.skein.compiler.frontend.xclbin;

import dev.skein.compiler.frontend.xclbin.Xclbin.Clock;
import dev.skein.compiler.frontend.xclbin.Xclbin.Connection;
import dev.skein.compiler.frontend.xclbin.Xclbin.Memory;
import dev.skein.compiler.frontend.xclbin.Xclbin.Section;
import dev.skein.compiler.frontend.xclbin.Xclbin.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The tables of a container: a count and that many records of fixed size.
 *
 * @param fields of the file
 */
record Tables(Fields fields, XclbinLimits limits) {
    private static final Pattern UNIT = Pattern.compile("[^:]+:[^:]+");
    static final int MEM_HEAD = 8;
    static final int MEM_BYTES = 40;
    static final int IP_HEAD = 8;
    static final int IP_BYTES = 80;
    static final int CONNECTION_HEAD = 4;
    static final int CONNECTION_BYTES = 12;
    static final int CLOCK_HEAD = 2;
    static final int CLOCK_BYTES = 136;
    static final int TAG_BYTES = 16;
    static final int IP_NAME_BYTES = 64;
    static final int CLOCK_NAME_BYTES = 128;
    private static final int MEM_TYPES = 11;
    private static final int IP_TYPES = 7;
    private static final int CLOCK_TYPES = 3;
    /** Addresses of a card have fewer bits; sums of sizes cannot overflow. */
    private static final long MOST_KIBIBYTES = 1L << 40;

    /** A place to read at, and what it is in. */
    private record Entry(long offset, String name) {
        String field(String field) {
            return name + "." + field;
        }
    }

    private List<Entry> entries(Section section, String name, int head, int size, int most) {
        String count = name + ".m_count";
        int found = head == CLOCK_HEAD ? (short) fields.u16(section.offset(), count)
                : fields.i32(section.offset(), count);
        fields.ranged(section.offset(), found, count, 0, most);
        // v++ pads sections to the next multiple of 8 bytes.
        long needed = head + (long) found * size;
        if (section.bytes() < needed || section.bytes() >= needed + 8) {
            throw fields.bad(section.offset(), count, found, "a section of " + section.bytes()
                    + " bytes has (bytes - " + head + ") / " + size + " entries");
        }
        var out = new ArrayList<Entry>();
        for (int i = 0; i < found; i++) {
            out.add(new Entry(section.offset() + head + (long) i * size, name + "[" + i + "]"));
        }
        return out;
    }

    List<Memory> memories(Section section, String name) {
        var out = new ArrayList<Memory>();
        for (Entry e : entries(section, name, MEM_HEAD, MEM_BYTES, limits.entries())) {
            long at = e.offset();
            int type = fields.ranged(at, fields.u8(at, e.field("m_type")), e.field("m_type"), 0,
                    MEM_TYPES);
            int used = fields.ranged(at + 1, fields.u8(at + 1, e.field("m_used")),
                    e.field("m_used"), 0, 1);
            long size = fields.i64(at + 8, e.field("m_size"));
            if (size < 0 || size > MOST_KIBIBYTES) {
                throw fields.bad(at + 8, e.field("m_size"), Long.toUnsignedString(size),
                        "it is a size in KiB of at most " + MOST_KIBIBYTES);
            }
            long base = fields.i64(at + 16, e.field("m_base_address"));
            if (base < -1 || base > Long.MAX_VALUE - size * 1024) {
                throw fields.bad(at + 16, e.field("m_base_address"), Long.toUnsignedString(base),
                        "base and size end below 2^63");
            }
            out.add(new Memory(type, used == 1, size, base, fields.text(at + 24, TAG_BYTES,
                    e.field("m_tag"), true)));
        }
        return out;
    }

    List<Unit> units(Section section) {
        var out = new ArrayList<Unit>();
        for (Entry e : entries(section, "ip_layout", IP_HEAD, IP_BYTES, limits.entries())) {
            long at = e.offset();
            int type = fields.ranged(at, fields.i32(at, e.field("m_type")), e.field("m_type"), 0,
                    IP_TYPES);
            String name = fields.text(at + 16, IP_NAME_BYTES, e.field("m_name"), true);
            if (type == Xclbin.IP_KERNEL && !UNIT.matcher(name).matches()) {
                throw fields.bad(at + 16, e.field("m_name"), name,
                        "a compute unit is named kernel:unit");
            }
            if (out.stream().anyMatch(u -> u.name().equals(name)) && type == Xclbin.IP_KERNEL) {
                throw fields.bad(at + 16, e.field("m_name"), name, "a compute unit is there once");
            }
            out.add(new Unit(type, fields.i32(at + 4, e.field("properties")),
                    fields.i64(at + 8, e.field("m_base_address")), name));
        }
        return out;
    }

    /** Connections between units and banks that are there. */
    List<Connection> connections(Section section, String name, List<Unit> units,
            List<Memory> memories) {
        var out = new ArrayList<Connection>();
        for (Entry e : entries(section, name, CONNECTION_HEAD, CONNECTION_BYTES,
                limits.connections())) {
            long at = e.offset();
            int argument = fields.ranged(at, fields.i32(at, e.field("arg_index")),
                    e.field("arg_index"), 0, limits.entries());
            int unit = index(at + 4, e.field("m_ip_layout_index"), units.size(), "IP_LAYOUT");
            int memory = index(at + 8, e.field("mem_data_index"), memories.size(),
                    "the topology");
            if (units.get(unit).type() != Xclbin.IP_KERNEL) {
                throw fields.bad(at + 4, e.field("m_ip_layout_index"), unit,
                        "it is a compute unit; type of this one is " + units.get(unit).type());
            }
            if (!memories.get(memory).used()) {
                throw fields.bad(at + 8, e.field("mem_data_index"), memory, "the bank is used;"
                        + " m_used of " + memories.get(memory).tag() + " is 0");
            }
            out.add(new Connection(argument, unit, memory));
        }
        return out;
    }

    private int index(long offset, String field, int count, String table) {
        int found = fields.i32(offset, field);
        if (found < 0 || found >= count) {
            throw fields.bad(offset, field, found, table + " has " + count + " entries");
        }
        return found;
    }

    List<Clock> clocks(Section section) {
        var out = new ArrayList<Clock>();
        for (Entry e : entries(section, "clock_freq_topology", CLOCK_HEAD, CLOCK_BYTES,
                limits.entries())) {
            long at = e.offset();
            int type = fields.ranged(at + 2, fields.u8(at + 2, e.field("m_type")),
                    e.field("m_type"), 0, CLOCK_TYPES);
            out.add(new Clock(fields.u16(at, e.field("m_freq_Mhz")), type,
                    fields.text(at + 8, CLOCK_NAME_BYTES, e.field("m_name"), true)));
        }
        return out;
    }
}
