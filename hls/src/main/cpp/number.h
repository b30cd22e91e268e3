// The binary32 functions of docs/numbers.md, operation by operation as
// dev.skein.hls.number.Sfu has them. Compiled without contraction and without reordering; under
// Vitis that is its default (no unsafe_math_optimizations) plus `config_op fmadd off` where the
// version fuses.
#ifndef SKEIN_NUMBER_H
#define SKEIN_NUMBER_H

#include <cmath>
#include <cstdint>

#include "buffers.h"

namespace skein {

constexpr int REDUCE_LANES = 16;

constexpr float QUANTISE_FLOOR = 7.888609052210118e-31f;  // 2^-100
constexpr float QUANTISE_MAX = 127.0f;

// To the nearest integer, half to even, as an integer; 0 for NaN. Exact below 2^22 in magnitude,
// limited to that beyond.
inline std::int32_t round_even(float x) {
#pragma HLS INLINE
    const float limit = 4194304.0f;
    if (x != x) {
        return 0;
    }
    const float limited = x > limit ? limit : x < -limit ? -limit : x;
    const float magic = 12582912.0f;  // 1.5 * 2^23: the sum has steps of 1
    return std::int32_t((limited + magic) - magic);
}

// The larger one; a NaN if there is one, +0 of two zeros.
inline float larger(float a, float b) {
#pragma HLS INLINE
    if (a != a) {
        return a;
    }
    if (a == 0.0f && b == 0.0f) {
        return from_bits(to_bits(a) & to_bits(b));
    }
    return a >= b ? a : b;
}

// The tree over the 16 lanes of a sum.
inline float reduce_lanes(float lanes[REDUCE_LANES]) {
#pragma HLS INLINE
    for (int half = REDUCE_LANES / 2; half > 0; half /= 2) {
#pragma HLS UNROLL
        for (int i = 0; i < half; ++i) {
#pragma HLS UNROLL
            lanes[i] += lanes[i + half];
        }
    }
    return lanes[0];
}

inline float exponential(float x) {
#pragma HLS INLINE
    if (x < -87.0f) {
        return 0.0f;
    }
    const float a = x > 88.0f ? 88.0f : x;
    const std::int32_t power = round_even(a * 1.44269504f);
    const float t = float(power);
    float r = a - t * 0.693359375f;
    r = r - t * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    const float y = p * (r * r) + r + 1.0f;
    return from_bits(to_bits(y) + (std::uint32_t(power) << 23));
}

inline float hyperbolic_tangent(float u) {
    return 1.0f - 2.0f / (exponential(2.0f * u) + 1.0f);
}

inline float error_function(float z) {
    const float t = 1.0f / (1.0f + 0.3275911f * std::fabs(z));
    float p = 1.061405429f;
    p = p * t + -1.453152027f;
    p = p * t + 1.421413741f;
    p = p * t + -0.284496736f;
    p = p * t + 0.254829592f;
    p = p * t;
    const float y = 1.0f - p * exponential(-(z * z));
    return z < 0.0f ? -y : y;
}

inline float silu(float a) {
    return a / (1.0f + exponential(-a));
}

inline float gelu_tanh(float a) {
    const float u = 0.7978845608f * (a + 0.044715f * (a * a * a));
    return 0.5f * a * (1.0f + hyperbolic_tangent(u));
}

inline float gelu_erf(float a) {
    return 0.5f * a * (1.0f + error_function(a * 0.70710678f));
}

inline bool is_binary(isa::EwiseFunction fn) {
    return fn == isa::EwiseFunction::ADD || fn == isa::EwiseFunction::MUL
           || fn == isa::EwiseFunction::SILU_MUL;
}

inline float elementwise(isa::EwiseFunction fn, float a, float b) {
#pragma HLS INLINE
    switch (fn) {
        case isa::EwiseFunction::ADD:
            return a + b;
        case isa::EwiseFunction::MUL:
            return a * b;
        case isa::EwiseFunction::RELU:
            return a > 0.0f ? a : 0.0f;
        case isa::EwiseFunction::SILU:
            return silu(a);
        case isa::EwiseFunction::GELU_TANH:
            return gelu_tanh(a);
        case isa::EwiseFunction::GELU_ERF:
            return gelu_erf(a);
        case isa::EwiseFunction::SILU_MUL:
            return silu(a) * b;
        case isa::EwiseFunction::COPY:
            break;
    }
    return a;
}

}  // namespace skein

#endif
