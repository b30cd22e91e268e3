#include "movers.h"

#include "channels.h"

namespace skein {
namespace {

constexpr int ID_BYTES = 4;
constexpr int IDS = 64;  // row numbers read at a time

constexpr int lanes(int ports) {
    return ports > 0 ? ports : 1;
}

// Puts bytes one after the other into a buffer.
struct ToBuffer {
    std::uint8_t *act;
    std::uint8_t *wgt;
    std::uint8_t *par;
    isa::Space space;
    std::int64_t at;

    void put(std::uint8_t byte) { put_byte(act, wgt, par, space, at++, byte); }
};

struct ToIds {
    std::uint8_t bytes[IDS * ID_BYTES];
    int at;

    void put(std::uint8_t byte) { bytes[at++] = byte; }

    std::int32_t id(int i) const { return std::int32_t(get_word(bytes, ID_BYTES * i)); }
};

// The bytes of beat i of a window that belong to [from, to).
PartBeat part_of(const Window &window, std::int64_t i, std::uint64_t from, std::uint64_t to) {
    const std::uint64_t beat = (window.first + std::uint64_t(i)) * BEAT_BYTES;
    PartBeat part = {};
    part.from = std::uint8_t(from > beat ? from - beat : 0);
    part.to = std::uint8_t(to - beat < BEAT_BYTES ? to - beat : BEAT_BYTES);
    return part;
}

// Takes the beats of a window from its lanes in order of addresses.
template <int PORTS, class Sink>
void merge(Lane (&lane)[PORTS], const Window &window, std::uint64_t from, std::uint64_t to,
           Sink &sink) {
    for (std::int64_t i = 0; i < window.beats; ++i) {
#pragma HLS PIPELINE II = 1
        Beat beat;
        if (!lane[window.channel(i)].read_nb(beat)) {
            return;
        }
        const PartBeat part = part_of(window, i, from, to);
        for (int b = part.from; b < part.to; ++b) {
            sink.put(beat.byte[b]);
        }
    }
}

#define SKEIN_READ(memory, i) read_channel(memory##i, window, i, lane[i]);
#define SKEIN_WRITE(memory, i) write_channel(memory##i, window, i, lane[i]);

template <class Sink>
void read_window(SKEIN_PORT_PARAMETERS isa::Memory memory, const Window &window,
                 std::uint64_t from, std::uint64_t to, Sink &sink) {
#pragma HLS DATAFLOW
    switch (memory) {
        case isa::Memory::HBM: {
            Lane lane[lanes(config::HBM_PORTS)];
            SKEIN_HBM_EACH(SKEIN_READ)
            merge(lane, window, from, to, sink);
            return;
        }
        case isa::Memory::PARAM: {
            Lane lane[lanes(config::PARAM_PORTS)];
            SKEIN_PARAM_EACH(SKEIN_READ)
            merge(lane, window, from, to, sink);
            return;
        }
        case isa::Memory::DDR: {
            Lane lane[lanes(config::DDR_PORTS)];
            SKEIN_DDR_EACH(SKEIN_READ)
            merge(lane, window, from, to, sink);
            return;
        }
    }
}

// Calls `each(window)` for the windows of a range that lies inside a region.
template <class Each>
void windows(const Stripes &map, std::uint64_t address, std::uint64_t bytes, Each each) {
    const std::uint64_t last = (address + bytes - 1) / BEAT_BYTES;
    const std::uint64_t most = std::uint64_t(Window::most(map));
    for (std::uint64_t beat = address / BEAT_BYTES; beat <= last;) {
        // Stripes longer than a burst: a window does not leave its stripe.
        const std::uint64_t stripe = std::uint64_t(map.stripe / BEAT_BYTES);
        const std::uint64_t room = stripe > BURST_BEATS ? stripe - beat % stripe : most;
        const std::uint64_t fit = room < most ? room : most;
        const std::uint64_t left = last - beat + 1;
        const std::uint64_t beats = left < fit ? left : fit;
        each(Window{map, beat, std::int64_t(beats)});
        beat += beats;
    }
}

template <class Sink>
void read_range(SKEIN_PORT_PARAMETERS const Stripes &map, isa::Memory memory,
                std::uint64_t address, std::uint64_t bytes, Sink &sink) {
    windows(map, address, bytes, [&](const Window &window) {
        read_window(SKEIN_PORT_ARGUMENTS memory, window, address, address + bytes, sink);
    });
}

// Distributes the beats of a window to the lanes of their channels.
template <int PORTS>
void scatter(PartLane (&lane)[PORTS], const Window &window, std::uint64_t from,
             std::uint64_t to, SKEIN_BUFFER_PARAMETERS, isa::Space space, std::int64_t &at) {
    for (std::int64_t i = 0; i < window.beats; ++i) {
#pragma HLS PIPELINE II = 1
        PartBeat part = part_of(window, i, from, to);
        for (int b = part.from; b < part.to; ++b) {
            part.data.byte[b] = get_byte(SKEIN_BUFFER_ARGUMENTS, space, at++);
        }
        lane[window.channel(i)].write_nb(part);
    }
}

void write_window(SKEIN_PORT_PARAMETERS isa::Memory memory, const Window &window,
                  std::uint64_t from, std::uint64_t to, SKEIN_BUFFER_PARAMETERS,
                  isa::Space space, std::int64_t &at) {
#pragma HLS DATAFLOW
    switch (memory) {
        case isa::Memory::HBM: {
            PartLane lane[lanes(config::HBM_PORTS)];
            scatter(lane, window, from, to, SKEIN_BUFFER_ARGUMENTS, space, at);
            SKEIN_HBM_EACH(SKEIN_WRITE)
            return;
        }
        case isa::Memory::PARAM: {
            PartLane lane[lanes(config::PARAM_PORTS)];
            scatter(lane, window, from, to, SKEIN_BUFFER_ARGUMENTS, space, at);
            SKEIN_PARAM_EACH(SKEIN_WRITE)
            return;
        }
        case isa::Memory::DDR: {
            PartLane lane[lanes(config::DDR_PORTS)];
            scatter(lane, window, from, to, SKEIN_BUFFER_ARGUMENTS, space, at);
            SKEIN_DDR_EACH(SKEIN_WRITE)
            return;
        }
    }
}

constexpr bool same_place(const isa::Field &a, const isa::Field &b) {
    return a.word == b.word && a.shift == b.shift && a.bits == b.bits && a.granule == b.granule;
}

// LD and ST have their fields in the same places.
static_assert(same_place(isa::ld::dstSpace, isa::st::srcSpace)
              && same_place(isa::ld::dst, isa::st::src)
              && same_place(isa::ld::memory, isa::st::memory)
              && same_place(isa::ld::base, isa::st::base)
              && same_place(isa::ld::offset, isa::st::offset)
              && same_place(isa::ld::positionStride, isa::st::positionStride)
              && same_place(isa::ld::rowBytes, isa::st::rowBytes)
              && same_place(isa::ld::count, isa::st::count)
              && same_place(isa::ld::countMode, isa::st::countMode), "LD and ST differ");

struct Transfer {
    isa::Space space;
    std::int64_t on_chip;
    isa::Memory memory;
    std::uint64_t row0;
    std::uint64_t row_bytes;
    RowRanges rows;
    std::int64_t bytes;
};

Report resolve(const Command &c, const Context &context, bool write, Budget &budget,
               Transfer &t) {
    const Extent count = extent(c.word, isa::ld::count, isa::ld::countMode);
    const std::int64_t resolved = count.resolve(c.registers);
    t.row_bytes = isa::get(c.word, isa::ld::rowBytes);
    if (!fits(resolved)) {
        return report(Fault::LENGTH, resolved);
    }
    t.rows = row_ranges(count, c.registers);
    t.bytes = resolved > 0 ? resolved * std::int64_t(t.row_bytes) : 0;
    t.space = isa::Space(isa::get(c.word, isa::ld::dstSpace));
    t.on_chip = std::int64_t(isa::get(c.word, isa::ld::dst));
    t.memory = isa::Memory(isa::get(c.word, isa::ld::memory));
    t.row0 = c.base + isa::get(c.word, isa::ld::offset)
             + isa::get(c.word, isa::ld::positionStride) * std::uint64_t(c.registers.position);
    if (t.bytes == 0) {
        return good();
    }
    if (!context.sizes.holds(t.space, t.on_chip, t.bytes)) {
        return report(Fault::BUFFER, t.on_chip);
    }
    const std::int64_t first[2] = {t.rows.first, t.rows.second};
    const std::int64_t rows[2] = {t.rows.count, t.rows.second_count};
    for (int i = 0; i < 2; ++i) {
        const std::uint64_t at = t.row0 + std::uint64_t(first[i]) * t.row_bytes;
        const int region = rows[i] == 0 ? 0
            : context.regions.holding(t.memory, at, std::uint64_t(rows[i]) * t.row_bytes);
        if (region < 0 || (rows[i] > 0 && write && !context.regions.list[region].writable)) {
            return report(Fault::MEMORY, std::int64_t(at));
        }
    }
    return budget.take(std::uint64_t(t.bytes)) ? good() : report(Fault::WATCHDOG, t.bytes);
}

Report load(SKEIN_PORT_PARAMETERS const Command &c, const Context &context, Budget &budget,
            SKEIN_BUFFER_PARAMETERS) {
    Transfer t = {};
    const Report found = resolve(c, context, false, budget, t);
    if (found.fault != Fault::NONE || t.bytes == 0) {
        return found;
    }
    const Stripes map = stripes(t.memory, context.core);
    ToBuffer to{SKEIN_BUFFER_ARGUMENTS, t.space, t.on_chip};
    const std::int64_t first[2] = {t.rows.first, t.rows.second};
    const std::int64_t rows[2] = {t.rows.count, t.rows.second_count};
    for (int i = 0; i < 2; ++i) {
        if (rows[i] > 0) {
            read_range(SKEIN_PORT_ARGUMENTS map, t.memory,
                       t.row0 + std::uint64_t(first[i]) * t.row_bytes,
                       std::uint64_t(rows[i]) * t.row_bytes, to);
        }
    }
    return good();
}

// A row of the table for each row number.
Report gather(SKEIN_PORT_PARAMETERS const Command &c, const Context &context, Budget &budget,
              SKEIN_BUFFER_PARAMETERS) {
    const std::int64_t rows =
        extent(c.word, isa::ldg::count, isa::ldg::countMode).resolve(c.registers);
    const std::int64_t bytes = std::int64_t(isa::get(c.word, isa::ldg::rowBytes));
    const std::int64_t dst = std::int64_t(isa::get(c.word, isa::ldg::dst));
    const std::int64_t stride = std::int64_t(isa::get(c.word, isa::ldg::dstStride));
    const std::uint64_t ids = c.base + isa::get(c.word, isa::ldg::index);
    const std::uint64_t table = c.base + isa::get(c.word, isa::ldg::offset);
    if (rows <= 0) {
        return good();
    }
    if (!fits(rows)) {
        return report(Fault::LENGTH, rows);
    }
    const isa::Memory ddr = isa::Memory::DDR;
    const int region = context.regions.holding(ddr, table, 1);
    if (region < 0
        || context.regions.holding(ddr, ids, std::uint64_t(ID_BYTES * rows)) < 0) {
        return report(Fault::MEMORY, std::int64_t(region < 0 ? table : ids));
    }
    if (!context.sizes.holds_rows(isa::Space::ACT, dst, stride, rows, bytes)) {
        return report(Fault::BUFFER, dst);
    }
    if (!budget.take(std::uint64_t(rows * (bytes + ID_BYTES)))) {
        return report(Fault::WATCHDOG, rows);
    }
    const Region &in = context.regions.list[region];
    const Stripes map = stripes(ddr, context.core);
    for (std::int64_t row0 = 0; row0 < rows; row0 += IDS) {
        const std::int64_t n = rows - row0 < IDS ? rows - row0 : IDS;
        ToIds numbers = {};
        read_range(SKEIN_PORT_ARGUMENTS map, ddr, ids + std::uint64_t(ID_BYTES * row0),
                   std::uint64_t(ID_BYTES * n), numbers);
        for (int i = 0; i < n; ++i) {
            const std::int32_t id = numbers.id(i);
            const std::uint64_t from = table + std::uint64_t(id) * std::uint64_t(bytes);
            if (id < 0 || from + std::uint64_t(bytes) > in.offset + in.bytes) {
                return report(Fault::ROW, id);
            }
            ToBuffer to{SKEIN_BUFFER_ARGUMENTS, isa::Space::ACT, dst + (row0 + i) * stride};
            if (bytes > 0) {
                read_range(SKEIN_PORT_ARGUMENTS map, ddr, from, std::uint64_t(bytes), to);
            }
        }
    }
    return good();
}

}  // namespace

Report load_unit(SKEIN_PORT_PARAMETERS const Command &command, const Context &context,
                 Budget &budget, SKEIN_BUFFER_PARAMETERS) {
    if (code(command) == isa::Code::LDG) {
        return gather(SKEIN_PORT_ARGUMENTS command, context, budget, SKEIN_BUFFER_ARGUMENTS);
    }
    return load(SKEIN_PORT_ARGUMENTS command, context, budget, SKEIN_BUFFER_ARGUMENTS);
}

Report store_unit(SKEIN_PORT_PARAMETERS const Command &command, const Context &context,
                  Budget &budget, SKEIN_BUFFER_PARAMETERS) {
    Transfer t = {};
    const Report found = resolve(command, context, true, budget, t);
    if (found.fault != Fault::NONE || t.bytes == 0) {
        return found;
    }
    const Stripes map = stripes(t.memory, context.core);
    std::int64_t at = t.on_chip;
    const std::int64_t first[2] = {t.rows.first, t.rows.second};
    const std::int64_t rows[2] = {t.rows.count, t.rows.second_count};
    for (int i = 0; i < 2; ++i) {
        const std::uint64_t from = t.row0 + std::uint64_t(first[i]) * t.row_bytes;
        const std::uint64_t bytes = std::uint64_t(rows[i]) * t.row_bytes;
        if (bytes > 0) {
            windows(map, from, bytes, [&](const Window &window) {
                write_window(SKEIN_PORT_ARGUMENTS t.memory, window, from, from + bytes,
                             SKEIN_BUFFER_ARGUMENTS, t.space, at);
            });
        }
    }
    return good();
}

}  // namespace skein
