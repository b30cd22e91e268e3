// The argtopk unit, used for channels and for tokens: the indices of the largest values, of equal
// ones the lower index, listed by increasing index. A radix selection: four passes find the bits of
// the smallest chosen value, a byte each, by counting in 256 bins; a fifth one lists. So it takes
// 5 n steps and one small memory whatever count is, where a sorting network grows with it.
#ifndef SKEIN_CSD_ARGTOPK_H
#define SKEIN_CSD_ARGTOPK_H

#include "beat.h"

namespace skein {
namespace csd {

constexpr int BINS = 256;

// Values of one byte under a mask, counted. The bin that was counted last waits in a register, as
// the next value often falls in it and the memory takes a cycle.
inline void count_bins(const float values[MOST_TOKENS], std::uint32_t n, std::uint32_t prefix,
                       std::uint32_t mask, int shift, std::uint32_t bins[BINS]) {
    for (int b = 0; b < BINS; ++b) {
#pragma HLS PIPELINE II = 1
        bins[b] = 0;
    }
    std::uint32_t last = 0;
    std::uint32_t held = 0;
    for (std::uint32_t i = 0; i < n; ++i) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32768
#pragma HLS PIPELINE II = 2
        const std::uint32_t bits = to_bits(values[i]);
        if ((bits & mask) == prefix) {
            const std::uint32_t bin = (bits >> shift) & (BINS - 1);
            if (bin != last) {
                bins[last] = held;
                held = bins[bin];
                last = bin;
            }
            ++held;
        }
    }
    bins[last] = held;
}

// Values are not negative and no NaN, so their bits have their order. count <= n. The list has room
// for count indices.
inline void argtopk(const float values[MOST_TOKENS], std::uint32_t n, std::uint32_t count,
                    std::uint32_t list[MOST_TOKENS]) {
#pragma HLS INLINE off
    std::uint32_t bins[BINS];
    std::uint32_t prefix = 0;
    std::uint32_t mask = 0;
    std::uint32_t left = count;  // still to be found among values with this prefix
    for (int shift = 24; shift >= 0 && count > 0; shift -= 8) {
        count_bins(values, n, prefix, mask, shift, bins);
        std::uint32_t bin = BINS - 1;
        while (bin > 0 && bins[bin] < left) {
#pragma HLS LOOP_TRIPCOUNT min = 0 max = 255
#pragma HLS PIPELINE II = 1
            left -= bins[bin];
            --bin;
        }
        prefix |= bin << shift;
        mask |= std::uint32_t(BINS - 1) << shift;
    }
    std::uint32_t found = 0;
    for (std::uint32_t i = 0; i < n && found < count; ++i) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32768
#pragma HLS PIPELINE II = 1
        const std::uint32_t bits = to_bits(values[i]);
        const bool equal = bits == prefix && left > 0;
        if (bits > prefix || equal) {
            list[found] = i;
            ++found;
            left -= equal ? 1u : 0u;
        }
    }
}

}  // namespace csd
}  // namespace skein

#endif
