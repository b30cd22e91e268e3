// Bit-width expander: 2, 3, 4, 5 and 8-bit weights to int8, and the sizes of packed rows
// (dev.skein.hls.number.PackedRows).
#ifndef SKEIN_EXPANDER_H
#define SKEIN_EXPANDER_H

#include "isa.h"

namespace skein {

constexpr int UNIT = 16;  // weights expanded together

inline int width_of(isa::WeightBits bits) {
    switch (bits) {
        case isa::WeightBits::W2:
            return 2;
        case isa::WeightBits::W3:
            return 3;
        case isa::WeightBits::W4:
            return 4;
        case isa::WeightBits::W5:
            return 5;
        case isa::WeightBits::W8:
            break;
    }
    return 8;
}

inline std::int64_t align16(std::int64_t n) {
    return (n + 15) & ~std::int64_t(15);
}

// Weights a group, 0 for none.
inline std::int64_t group_size(int code) {
    return code == 0 ? 0 : std::int64_t(8) << code;
}

// Group scales of a row of k weights.
inline std::int64_t groups(int code, std::int64_t k) {
    const std::int64_t size = group_size(code);
    return size == 0 ? 0 : (align16(k) + size - 1) / size;
}

// A field of two's complement.
inline std::int8_t signed_field(std::uint64_t bits, int width) {
#pragma HLS INLINE
    const std::int32_t sign = 1 << (width - 1);
    const std::int32_t field = std::int32_t(bits & ((std::uint64_t(1) << width) - 1));
    return std::int8_t((field ^ sign) - sign);
}

// 16 weights of `width` bits: two halves of 8, each `width` bytes.
inline void expand(const std::uint8_t *packed, int width, std::int8_t weights[UNIT]) {
#pragma HLS INLINE
    for (int half = 0; half < 2; ++half) {
#pragma HLS UNROLL
        std::uint64_t bits = 0;
        for (int b = 0; b < width; ++b) {
#pragma HLS UNROLL
            bits |= std::uint64_t(packed[half * width + b]) << 8 * b;
        }
        for (int i = 0; i < UNIT / 2; ++i) {
#pragma HLS UNROLL
            weights[half * (UNIT / 2) + i] = signed_field(bits >> i * width, width);
        }
    }
}

}  // namespace skein

#endif
