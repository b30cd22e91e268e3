// The GeMV unit of the values, and the output: alpha and the mean of all values.
#ifndef SKEIN_CSD_ATTEND_H
#define SKEIN_CSD_ATTEND_H

#include "state.h"

namespace skein {
namespace csd {

inline void start_outputs(State &s) {
    for (std::uint32_t c = 0; c < MOST_HEAD_DIM; ++c) {
#pragma HLS PIPELINE II = 1
        for (std::uint32_t h = 0; h < MOST_QUERY_HEADS; ++h) {
#pragma HLS UNROLL
            for (int j = 0; j < LANES; ++j) {
#pragma HLS UNROLL
                s.output[h][j][c] = 0.0f;
            }
        }
    }
}

// The n-th chosen token adds to lane n mod 16: additions to the same sum are 16 rows apart.
inline void attend_rows(const Job &job, State &s, std::uint32_t rows, Flow<Lanes> &in) {
    const std::uint32_t words = ceil_div(job.head_dim, LANES);
    for (std::uint32_t n = 0; n < rows; ++n) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32768
        for (std::uint32_t w = 0; w < words; ++w) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 16
#pragma HLS PIPELINE II = 1
#pragma HLS DEPENDENCE variable = s.output inter false
            const Lanes row = in.read();
            for (std::uint32_t h = 0; h < MOST_QUERY_HEADS; ++h) {
#pragma HLS UNROLL
                if (h < job.query_heads) {
                    const float p = s.score[h][n];
                    for (std::uint32_t j = 0; j < LANES; ++j) {
#pragma HLS UNROLL
                        s.output[h][n % LANES][w * LANES + j] += p * widen(row.v[j]);
                    }
                }
            }
        }
    }
}

// Mean of an entry over all tokens, from its exact sum in steps of 2^-24.
inline float mean_of(std::int64_t sum, std::uint32_t tokens) {
#pragma HLS INLINE
    const float step = 5.9604644775390625e-08f;
    return float(sum) / float(tokens) * step;
}

// Outputs to memory, every head from a new beat. With 'corrected', tokens were left out.
inline void store_outputs(const Job &job, State &s, bool corrected, Beat *vectors) {
    const std::uint32_t beats = ceil_div(job.head_dim, BEAT_HALVES);
    for (std::uint32_t h = 0; h < job.query_heads; ++h) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 8
        for (std::uint32_t b = 0; b < beats; ++b) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 8
            Beat out = zero_beat();
            for (std::uint32_t i = 0; i < BEAT_HALVES; ++i) {
#pragma HLS PIPELINE II = 1
                const std::uint32_t c = b * BEAT_HALVES + i;
                if (c < job.head_dim) {
                    float lanes[LANES];
                    for (int j = 0; j < LANES; ++j) {
#pragma HLS UNROLL
                        lanes[j] = s.output[h][j][c];
                    }
                    float y = reduce_lanes(lanes);
                    if (corrected) {
                        y = s.alpha[h] * y + (1.0f - s.alpha[h]) * s.mean[c];
                    }
                    set_half(out, i, narrow_result(y));
                }
            }
            vectors[job.outputs + h * beats + b] = out;
        }
    }
}

// All means before any output, as outputs may lie where the sums were.
inline void load_means(const Job &job, const Buffer &vectors, State &s) {
    for (std::uint32_t c = 0; c < job.head_dim; ++c) {
#pragma HLS LOOP_TRIPCOUNT min = 8 max = 256
#pragma HLS PIPELINE II = 1
        const std::uint64_t sum =
            vectors.beats[job.value_sums + c / (BEAT_BYTES / 8)].w[c % (BEAT_BYTES / 8)];
        s.mean[c] = mean_of(std::int64_t(sum), job.tokens);
    }
}

}  // namespace csd
}  // namespace skein

#endif
