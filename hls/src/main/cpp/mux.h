// Sparse multiplexer: which of 16 activations meet the kept weights of a row of a block, and the
// classes of blocks (dev.skein.hls.number.BlockClass, SparsePattern).
#ifndef SKEIN_MUX_H
#define SKEIN_MUX_H

#include "expander.h"
#include "fault.h"

namespace skein {

constexpr int PATTERNS = 6;  // N0, N2, N4, N8, N12, N16

// A header byte taken apart. `known` is false for one that stands for nothing.
struct BlockClass {
    bool known;
    int kept;         // of 16
    int index_bytes;  // of a row
    int eighths;      // of a dense step
    int width;        // bits of a weight

    // Positions and weights of 16 rows.
    int bytes() const { return UNIT * index_bytes + 2 * kept * width; }
};

inline BlockClass block_class(std::uint8_t code) {
#pragma HLS INLINE
    const int kept[PATTERNS] = {0, 2, 4, 8, 12, 16};
    const int index_bytes[PATTERNS] = {0, 1, 2, 2, 2, 0};
    const int eighths[PATTERNS] = {0, 1, 2, 4, 8, 8};
    const int pattern = code & 7;
    const int bits = code >> 3;
    if (pattern >= PATTERNS || bits > int(isa::WeightBits::W8)) {
        return BlockClass{false, 0, 0, 0, 2};
    }
    return BlockClass{true, kept[pattern], index_bytes[pattern], eighths[pattern],
                      width_of(isa::WeightBits(bits))};
}

// The columns of the kept weights of a row, in order. Returns how many there are, or -1 if what
// is stored does not suit the pattern.
inline int positions(const BlockClass &block, const std::uint8_t *index,
                     std::uint8_t columns[UNIT]) {
#pragma HLS INLINE
    std::uint32_t mask = block.kept == UNIT ? 0xffffu : 0u;
    if (block.index_bytes == 1) {
        const int low = index[0] & 15;
        const int high = index[0] >> 4;
        if (low >= high) {
            return -1;
        }
        mask = 1u << low | 1u << high;
    } else if (block.index_bytes == 2) {
        mask = std::uint32_t(index[0]) | std::uint32_t(index[1]) << 8;
    }
    int found = 0;
    for (int i = 0; i < UNIT; ++i) {
#pragma HLS UNROLL
        if ((mask >> i & 1) != 0) {
            columns[found++] = std::uint8_t(i);
        }
    }
    return found == block.kept ? found : -1;
}

// The i-th weight of a string of fields.
inline std::int8_t string_weight(const std::uint8_t *string, int i, int width) {
#pragma HLS INLINE
    const int bit = i * width;
    std::uint32_t bits = string[bit / 8];
    if (bit % 8 + width > 8) {
        bits |= std::uint32_t(string[bit / 8 + 1]) << 8;
    }
    return signed_field(bits >> bit % 8, width);
}

}  // namespace skein

#endif
