// What a head keeps on chip between the units. Sizes: docs/instinfer-kernel.md.
#ifndef SKEIN_CSD_STATE_H
#define SKEIN_CSD_STATE_H

#include "pages.h"

namespace skein {
namespace csd {

constexpr int MOST_ROW_WORDS = int(MOST_HEAD_DIM) / LANES;

struct State {
    float query[MOST_QUERY_HEADS][MOST_HEAD_DIM];  // zeros from d on
    float factor[MOST_QUERY_HEADS];                // of the approximate scores
    float alpha[MOST_QUERY_HEADS];
    float mean[MOST_HEAD_DIM];                     // of the values of all tokens
    float largest[MOST_QUERY_HEADS];               // scaled score
    // Scaled scores, then probabilities: by token, later by place in the list.
    float score[MOST_QUERY_HEADS][MOST_TOKENS];
    float shared[MOST_TOKENS];                     // what argtopk looks at
    std::uint32_t channels[MOST_HEAD_DIM];
    std::uint32_t tokens[MOST_TOKENS];
    // Partial sums of the approximate scores of a tile, by lane, and of the outputs.
    float tile[MOST_QUERY_HEADS][LANES][TILE_TOKENS];
    float output[MOST_QUERY_HEADS][LANES][MOST_HEAD_DIM];
};

}  // namespace csd
}  // namespace skein

#endif
