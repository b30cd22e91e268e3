// On-chip buffers of a core and how numbers lie in them. All units share them; that no two use the
// same bytes at a time is what tokens are for.
#ifndef SKEIN_BUFFERS_H
#define SKEIN_BUFFERS_H

#include <cstring>

#include "board.h"
#include "isa.h"

namespace skein {

// Byte arrays of the board's sizes; a program may have been compiled for smaller ones.
#define SKEIN_BUFFER_PARAMETERS \
    std::uint8_t act[::skein::config::ACT_BYTES], std::uint8_t wgt[::skein::config::WGT_BYTES], \
        std::uint8_t par[::skein::config::PAR_BYTES]
#define SKEIN_BUFFER_ARGUMENTS act, wgt, par

// Capacities that the program was compiled for, bytes.
struct Sizes {
    std::int64_t act;
    std::int64_t wgt;
    std::int64_t par;

    std::int64_t of(isa::Space space) const {
        switch (space) {
            case isa::Space::WGT:
                return wgt;
            case isa::Space::PAR:
                return par;
            case isa::Space::ACT:
                break;
        }
        return act;
    }

    bool holds(isa::Space space, std::int64_t from, std::int64_t bytes) const {
        return from >= 0 && bytes >= 0 && from <= of(space) - bytes;
    }

    // Rows of one operand; true if there are none.
    bool holds_rows(isa::Space space, std::int64_t from, std::int64_t stride, std::int64_t rows,
                    std::int64_t row_bytes) const {
        return rows <= 0 || holds(space, from, (rows - 1) * stride + row_bytes);
    }
};

inline float from_bits(std::uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

inline std::uint32_t to_bits(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

inline std::uint32_t get_word(const std::uint8_t *bytes, std::int64_t at) {
#pragma HLS INLINE
    return std::uint32_t(bytes[at]) | std::uint32_t(bytes[at + 1]) << 8
           | std::uint32_t(bytes[at + 2]) << 16 | std::uint32_t(bytes[at + 3]) << 24;
}

inline float get_float(const std::uint8_t *bytes, std::int64_t at) {
#pragma HLS INLINE
    return from_bits(get_word(bytes, at));
}

// A NaN is stored as the canonical one: which payload an operation passes on is not defined.
inline void put_float(std::uint8_t *bytes, std::int64_t at, float value) {
#pragma HLS INLINE
    const std::uint32_t bits = value != value ? 0x7fc00000u : to_bits(value);
    for (int i = 0; i < 4; ++i) {
#pragma HLS UNROLL
        bytes[at + i] = std::uint8_t(bits >> 8 * i);
    }
}

inline std::uint8_t get_byte(SKEIN_BUFFER_PARAMETERS, isa::Space space, std::int64_t at) {
#pragma HLS INLINE
    switch (space) {
        case isa::Space::WGT:
            return wgt[at];
        case isa::Space::PAR:
            return par[at];
        case isa::Space::ACT:
            break;
    }
    return act[at];
}

inline void put_byte(SKEIN_BUFFER_PARAMETERS, isa::Space space, std::int64_t at,
                     std::uint8_t value) {
#pragma HLS INLINE
    switch (space) {
        case isa::Space::WGT:
            wgt[at] = value;
            return;
        case isa::Space::PAR:
            par[at] = value;
            return;
        case isa::Space::ACT:
            act[at] = value;
            return;
    }
}

}  // namespace skein

#endif
