// Off-chip memory as a core sees it: regions, channels, stripes, and the AXI ports.
#ifndef SKEIN_MEMORY_H
#define SKEIN_MEMORY_H

#include "board.h"
#include "isa.h"

namespace skein {

constexpr int BEAT_BYTES = 64;      // of a 512-bit AXI port
constexpr int BURST_BEATS = 16;     // 1 KiB, a quarter of the longest AXI burst
constexpr int MAX_REGIONS = 16;     // of one core: 8 base registers, each with one region, and room

struct Beat {
    std::uint8_t byte[BEAT_BYTES];
};

// The AXI ports of a core, one argument a channel: HLS has no arrays of ports.
#define SKEIN_PARAMETER(memory, i) ::skein::Beat *memory##i,
#define SKEIN_ARGUMENT(memory, i) memory##i,
#define SKEIN_PORT_PARAMETERS \
    SKEIN_HBM_EACH(SKEIN_PARAMETER) SKEIN_PARAM_EACH(SKEIN_PARAMETER) \
    SKEIN_DDR_EACH(SKEIN_PARAMETER)
#define SKEIN_PORT_ARGUMENTS \
    SKEIN_HBM_EACH(SKEIN_ARGUMENT) SKEIN_PARAM_EACH(SKEIN_ARGUMENT) \
    SKEIN_DDR_EACH(SKEIN_ARGUMENT)

// An extent of off-chip memory that a core may touch.
struct Region {
    std::uint64_t offset;
    std::uint64_t bytes;
    isa::Memory memory;
    bool writable;
};

struct Regions {
    Region list[MAX_REGIONS];
    int count;

    // The region that holds all of an access, or -1.
    int holding(isa::Memory memory, std::uint64_t address, std::uint64_t bytes) const {
        int found = -1;
        for (int i = 0; i < MAX_REGIONS; ++i) {
#pragma HLS UNROLL
            const Region &r = list[i];
            const bool inside = i < count && r.memory == memory && address >= r.offset
                                && bytes <= r.bytes && address - r.offset <= r.bytes - bytes;
            found = inside && found < 0 ? i : found;
        }
        return found;
    }
};

// A group of channels addressed as one memory: byte a is on channel a / stripe % channels.
struct Stripes {
    std::int64_t channels;
    std::int64_t stripe;  // bytes

    int channel(std::uint64_t address) const {
        return int(address / std::uint64_t(stripe) % std::uint64_t(channels));
    }

    // Where that channel holds it, bytes.
    std::uint64_t local(std::uint64_t address) const {
        const std::uint64_t row = std::uint64_t(stripe * channels);
        return address / row * std::uint64_t(stripe) + address % std::uint64_t(stripe);
    }
};

// The channels of a core under this name; none where the board has no such memory.
inline Stripes stripes(isa::Memory memory, int core) {
    switch (memory) {
        case isa::Memory::HBM:
            return Stripes{config::HBM_CHANNELS[core], config::HBM_STRIPE_BYTES};
        case isa::Memory::PARAM:
            return Stripes{config::PARAM_CHANNELS[core], config::HBM_STRIPE_BYTES};
        case isa::Memory::DDR:
            break;
    }
    return Stripes{config::DDR_PORTS, config::DDR_STRIPE_BYTES};
}

}  // namespace skein

#endif
