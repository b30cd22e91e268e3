// The GeMV units of the scores: approximate ones by column or, for the tail, by row, and exact ones
// by row. Every sum has the 16 lanes of docs/numbers.md.
#ifndef SKEIN_CSD_LOGIT_H
#define SKEIN_CSD_LOGIT_H

#include <limits>

#include "state.h"

namespace skein {
namespace csd {

// Scales a score, keeps it and the largest one.
inline void put_score(State &s, std::uint32_t head, std::uint32_t at, float sum, float factor) {
#pragma HLS INLINE
    const float scaled = sum * factor;
    s.score[head][at] = scaled;
    s.largest[head] = scaled > s.largest[head] ? scaled : s.largest[head];
}

inline void start_scores(State &s) {
    for (std::uint32_t h = 0; h < MOST_QUERY_HEADS; ++h) {
#pragma HLS UNROLL
        s.largest[h] = -std::numeric_limits<float>::infinity();
    }
}

// A tile's sums, lane by lane, into scores.
inline void finish_tile(const Job &job, State &s, std::uint32_t from, std::uint32_t count) {
    for (std::uint32_t t = 0; t < count; ++t) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 512
#pragma HLS PIPELINE II = 1
        for (std::uint32_t h = 0; h < MOST_QUERY_HEADS; ++h) {
#pragma HLS UNROLL
            float lanes[LANES];
            for (int j = 0; j < LANES; ++j) {
#pragma HLS UNROLL
                lanes[j] = s.tile[h][j][t];
                s.tile[h][j][t] = 0.0f;
            }
            if (h < job.query_heads) {
                put_score(s, h, from + t, reduce_lanes(lanes), s.factor[h]);
            }
        }
    }
}

// Columns as filter_columns orders them. The n-th chosen channel adds to lane n mod 16, so that
// additions to the same sum are 16 columns apart.
inline void score_columns(const Job &job, State &s, Flow<Lanes> &in) {
    for (std::uint32_t span = 0; span < job.indexed_tokens; span += job.span_tokens) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 64
        for (std::uint32_t from = 0; from < job.span_tokens; from += TILE_TOKENS) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 2
            const std::uint32_t left = job.span_tokens - from;
            const std::uint32_t count = left < TILE_TOKENS ? left : TILE_TOKENS;
            const std::uint32_t words = ceil_div(count, LANES);
            for (std::uint32_t n = 0; n < job.chosen_channels; ++n) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 256
                for (std::uint32_t w = 0; w < words; ++w) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32
#pragma HLS PIPELINE II = 1
#pragma HLS DEPENDENCE variable = s.tile inter false
                    const Lanes column = in.read();
                    for (std::uint32_t h = 0; h < MOST_QUERY_HEADS; ++h) {
#pragma HLS UNROLL
                        const float q = s.query[h][s.channels[n]];
                        for (std::uint32_t j = 0; j < LANES; ++j) {
#pragma HLS UNROLL
                            s.tile[h][n % LANES][w * LANES + j] += q * widen(column.v[j]);
                        }
                    }
                }
            }
            finish_tile(job, s, span + from, count);
        }
    }
}

// A row of d halves.
inline void read_row(std::uint32_t words, Flow<Lanes> &in, float row[MOST_HEAD_DIM]) {
#pragma HLS INLINE
    for (std::uint32_t w = 0; w < std::uint32_t(MOST_ROW_WORDS); ++w) {
#pragma HLS PIPELINE II = 1
        if (w < words) {
            const Lanes word = in.read();
            for (std::uint32_t j = 0; j < LANES; ++j) {
#pragma HLS UNROLL
                row[w * LANES + j] = widen(word.v[j]);
            }
        }
    }
}

// Approximate scores of the tail: rows of K in which only the chosen channels count, in the same
// order as by column.
inline void score_tail(const Job &job, State &s, std::uint32_t rows, Flow<Lanes> &in) {
    const std::uint32_t words = ceil_div(job.head_dim, LANES);
    for (std::uint32_t t = 0; t < rows; ++t) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 512
        float row[MOST_HEAD_DIM];
        read_row(words, in, row);
        for (std::uint32_t h = 0; h < job.query_heads; ++h) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 8
            float lanes[LANES];
            for (int j = 0; j < LANES; ++j) {
#pragma HLS UNROLL
                lanes[j] = 0.0f;
            }
            for (std::uint32_t n = 0; n < job.chosen_channels; ++n) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 256
#pragma HLS PIPELINE II = 1
#pragma HLS DEPENDENCE variable = lanes inter distance = 16 true
                const std::uint32_t c = s.channels[n];
                lanes[n % LANES] += s.query[h][c] * row[c];
            }
            put_score(s, h, job.indexed_tokens + t, reduce_lanes(lanes), s.factor[h]);
        }
    }
}

// Exact scores of the n-th chosen token. A row's words follow each other through 16 multipliers and
// adders a head; rows overlap, since no sum goes from one to the next.
inline void score_rows(const Job &job, State &s, std::uint32_t rows, float factor,
                       Flow<Lanes> &in) {
    const std::uint32_t words = ceil_div(job.head_dim, LANES);
    for (std::uint32_t n = 0; n < rows; ++n) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32768
#pragma HLS PIPELINE II = 16
        float row[MOST_HEAD_DIM];
        read_row(words, in, row);
        for (std::uint32_t h = 0; h < MOST_QUERY_HEADS; ++h) {
#pragma HLS UNROLL
            float lanes[LANES];
            for (int j = 0; j < LANES; ++j) {
#pragma HLS UNROLL
                lanes[j] = 0.0f;
            }
            for (std::uint32_t w = 0; w < std::uint32_t(MOST_ROW_WORDS); ++w) {
#pragma HLS UNROLL
                for (std::uint32_t j = 0; j < LANES; ++j) {
#pragma HLS UNROLL
                    if (w < words) {
                        lanes[j] += s.query[h][w * LANES + j] * row[w * LANES + j];
                    }
                }
            }
            if (h < job.query_heads) {
                put_score(s, h, n, reduce_lanes(lanes), factor);
            }
        }
    }
}

}  // namespace csd
}  // namespace skein

#endif
