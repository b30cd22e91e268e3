// The softmax unit, and what is made of the approximate probabilities.
#ifndef SKEIN_CSD_SOFTMAX_H
#define SKEIN_CSD_SOFTMAX_H

#include "state.h"

namespace skein {
namespace csd {

constexpr float FLOOR = 5.421010862427522e-20f;  // 2^-64

// Scaled scores to probabilities, in place. Element i adds to lane i mod 16.
inline void softmax(State &s, std::uint32_t head, std::uint32_t n) {
#pragma HLS INLINE off
    float lanes[LANES];
    for (int j = 0; j < LANES; ++j) {
#pragma HLS UNROLL
        lanes[j] = 0.0f;
    }
    for (std::uint32_t i = 0; i < n; ++i) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32768
#pragma HLS PIPELINE II = 1
#pragma HLS DEPENDENCE variable = lanes inter distance = 16 true
        const float e = exponential(s.score[head][i] - s.largest[head]);
        s.score[head][i] = e;
        lanes[i % LANES] += e;
    }
    const float inverse = 1.0f / reduce_lanes(lanes);
    for (std::uint32_t i = 0; i < n; ++i) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32768
#pragma HLS PIPELINE II = 1
        const float p = s.score[head][i] * inverse;
        s.score[head][i] = p < FLOOR ? 0.0f : p;
    }
}

inline void softmax_all(const Job &job, State &s, std::uint32_t n) {
    for (std::uint32_t h = 0; h < job.query_heads; ++h) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 8
        softmax(s, h, n);
    }
}

// Probabilities of all heads of the group, by token.
inline void share_scores(const Job &job, State &s, std::uint32_t n) {
    for (std::uint32_t t = 0; t < n; ++t) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32768
#pragma HLS PIPELINE II = 1
        float sum = 0.0f;
        for (std::uint32_t h = 0; h < MOST_QUERY_HEADS; ++h) {
#pragma HLS UNROLL
            sum = h < job.query_heads ? sum + s.score[h][t] : sum;
        }
        s.shared[t] = sum;
    }
}

// What the chosen tokens hold of the approximate probabilities.
inline void sum_alpha(const Job &job, State &s, std::uint32_t count) {
    for (std::uint32_t h = 0; h < job.query_heads; ++h) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 8
        float lanes[LANES];
        for (int j = 0; j < LANES; ++j) {
#pragma HLS UNROLL
            lanes[j] = 0.0f;
        }
        for (std::uint32_t n = 0; n < count; ++n) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32768
#pragma HLS PIPELINE II = 1
#pragma HLS DEPENDENCE variable = lanes inter distance = 16 true
            lanes[n % LANES] += s.score[h][s.tokens[n]];
        }
        const float sum = reduce_lanes(lanes);
        s.alpha[h] = sum > 1.0f ? 1.0f : sum;
    }
}

}  // namespace csd
}  // namespace skein

#endif
