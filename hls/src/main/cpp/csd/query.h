// Queries on their way to argtopk: magnitudes of the group, and the factor of the scores.
#ifndef SKEIN_CSD_QUERY_H
#define SKEIN_CSD_QUERY_H

#include <cmath>

#include "state.h"

namespace skein {
namespace csd {

inline float magnitude(float x) {
#pragma HLS INLINE
    return from_bits(to_bits(x) & 0x7fffffffu);
}

// Queries from memory, zeros behind d. False if one is no finite number.
inline bool load_queries(const Job &job, const Buffer &vectors, State &s) {
    const std::uint32_t beats = ceil_div(job.head_dim, BEAT_HALVES);
    bool good = true;
    for (std::uint32_t h = 0; h < MOST_QUERY_HEADS; ++h) {
        for (std::uint32_t b = 0; b < MOST_HEAD_DIM / BEAT_HALVES; ++b) {
#pragma HLS PIPELINE II = 1
            const bool used = h < job.query_heads && b < beats;
            const Beat beat = used ? vectors.beats[job.queries + h * beats + b] : zero_beat();
            for (std::uint32_t i = 0; i < BEAT_HALVES; ++i) {
#pragma HLS UNROLL
                const std::uint32_t c = b * BEAT_HALVES + i;
                const Half q = c < job.head_dim ? get_half(beat, i) : Half(0);
                good = good && is_finite(q);
                s.query[h][c] = widen(q);
            }
        }
    }
    return good;
}

// For argtopk: |q| of each channel, over the heads.
inline void share_magnitudes(const Job &job, State &s) {
    for (std::uint32_t c = 0; c < job.head_dim; ++c) {
#pragma HLS LOOP_TRIPCOUNT min = 8 max = 256
#pragma HLS PIPELINE II = 1
        float sum = 0.0f;
        for (std::uint32_t h = 0; h < MOST_QUERY_HEADS; ++h) {
#pragma HLS UNROLL
            sum = h < job.query_heads ? sum + magnitude(s.query[h][c]) : sum;
        }
        s.shared[c] = sum;
    }
}

// Sum of |q| over a head's first 'count' channels, or over those of the list.
inline float sum_magnitudes(const State &s, std::uint32_t head, std::uint32_t count,
                            bool listed) {
#pragma HLS INLINE off
    float lanes[LANES];
    for (int j = 0; j < LANES; ++j) {
#pragma HLS UNROLL
        lanes[j] = 0.0f;
    }
    for (std::uint32_t n = 0; n < count; ++n) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 256
#pragma HLS PIPELINE II = 1
#pragma HLS DEPENDENCE variable = lanes inter distance = 16 true
        lanes[n % LANES] += magnitude(s.query[head][listed ? s.channels[n] : n]);
    }
    return reduce_lanes(lanes);
}

inline float inverse_root(float x) {
#pragma HLS INLINE off
    return 1.0f / std::sqrt(x);
}

inline void find_factors(const Job &job, State &s) {
    for (std::uint32_t h = 0; h < job.query_heads; ++h) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 8
        const float some = sum_magnitudes(s, h, job.chosen_channels, true);
        const float all = sum_magnitudes(s, h, job.head_dim, false);
        s.factor[h] = some == 0.0f ? 1.0f : inverse_root(float(job.head_dim) * (some / all));
    }
}

}  // namespace csd
}  // namespace skein

#endif
