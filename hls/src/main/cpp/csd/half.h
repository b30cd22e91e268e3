// IEEE binary16 in integers, so that it does not depend on what floating-point units a device has:
// docs/numbers.md, "Attention in the drive".
#ifndef SKEIN_CSD_HALF_H
#define SKEIN_CSD_HALF_H

#include <cstdint>

#include "../number.h"

namespace skein {
namespace csd {

using Half = std::uint16_t;

inline bool is_finite(Half h) {
#pragma HLS INLINE
    return (h & 0x7c00u) != 0x7c00u;
}

// Exact; of finite numbers.
inline float widen(Half h) {
#pragma HLS INLINE
    const std::uint32_t sign = std::uint32_t(h & 0x8000u) << 16;
    std::uint32_t exponent = (h >> 10) & 0x1fu;
    std::uint32_t fraction = h & 0x3ffu;
    if (exponent == 0) {
        if (fraction == 0) {
            return from_bits(sign);
        }
        // Subnormal: shifted until its leading one is implicit.
        exponent = 1;
        for (int i = 0; i < 10; ++i) {
#pragma HLS UNROLL
            if ((fraction & 0x400u) == 0) {
                fraction <<= 1;
                --exponent;  // wraps below 0; the sum with 112 does not
            }
        }
        fraction &= 0x3ffu;
    }
    return from_bits(sign | ((exponent + 112) << 23) | (fraction << 13));
}

// A result: half to even, limited to 65504, zero without a sign.
inline Half narrow_result(float value) {
#pragma HLS INLINE
    const std::uint32_t bits = to_bits(value);
    const std::uint32_t sign = (bits >> 16) & 0x8000u;
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude >= 0x477fe000u) {  // 65504
        return Half(sign | 0x7bffu);
    }
    if (magnitude <= 0x33000000u) {  // 2^-25: a tie with 0, which is even; else not 0
        return 0;
    }
    const std::uint32_t exponent = magnitude >> 23;  // 102 to 142
    std::uint32_t kept = magnitude;
    std::uint32_t shift = 13;
    if (exponent < 113) {  // subnormal
        kept = (magnitude & 0x7fffffu) | 0x800000u;
        shift = 126 - exponent;
    } else {
        kept -= 112u << 23;
    }
    const std::uint32_t half = 1u << (shift - 1);
    const std::uint32_t below = kept & ((1u << shift) - 1);
    std::uint32_t out = kept >> shift;
    if (below > half || (below == half && (out & 1u) != 0)) {
        ++out;  // may carry into the exponent, as it shall
    }
    return Half(sign | out);
}

}  // namespace csd
}  // namespace skein

#endif
