// Jobs are checked before anything is read or written for them: sizes first, then that tables and
// vectors lie in their buffers. Page numbers and numbers are checked where they are used.
#ifndef SKEIN_CSD_CHECK_H
#define SKEIN_CSD_CHECK_H

#include "beat.h"

namespace skein {
namespace csd {

inline bool within(std::uint32_t value, std::uint32_t least, std::uint32_t most) {
#pragma HLS INLINE
    return value >= least && value <= most;
}

inline std::uint32_t chosen_tokens(const Job &job) {
#pragma HLS INLINE
    return job.chosen_tokens < job.tokens ? job.chosen_tokens : job.tokens;
}

// Tokens to score approximately: none if all are chosen.
inline bool scores(const Job &job) {
#pragma HLS INLINE
    return (job.steps & CHOOSE_TOKENS) != 0 && job.chosen_tokens < job.tokens;
}

inline std::uint32_t selection_beats(const Job &job) {
#pragma HLS INLINE
    return 1 + ceil_div(job.chosen_channels, BEAT_WORDS)
           + ceil_div(chosen_tokens(job), BEAT_WORDS);
}

inline Status check_sizes(const Job &job) {
    const std::uint32_t halves = job.page_beats * std::uint32_t(BEAT_HALVES);
    if (job.version != JOB_VERSION) {
        return Status::VERSION;
    }
    for (std::uint32_t word : job.unused) {
#pragma HLS UNROLL
        if (word != 0) {
            return Status::UNUSED;
        }
    }
    if (!within(job.steps, 1, CHOOSE_CHANNELS | CHOOSE_TOKENS | ATTEND)) {
        return Status::STEPS;
    }
    if (!within(job.head_dim, 1, MOST_HEAD_DIM)) {
        return Status::HEAD_DIM;
    }
    if (!within(job.query_heads, 1, MOST_QUERY_HEADS)) {
        return Status::QUERY_HEADS;
    }
    if (!within(job.tokens, 1, MOST_TOKENS)) {
        return Status::TOKENS;
    }
    if (!within(job.chosen_channels, 1, job.head_dim)) {
        return Status::CHANNELS;
    }
    if (job.local_tokens < 1 || job.chosen_tokens < job.local_tokens) {
        return Status::CHOSEN;
    }
    if (!within(job.page_beats, 1, MOST_PAGE_BEATS)) {
        return Status::PAGE;
    }
    if (!within(job.group_tokens, 1, halves / job.head_dim)) {
        return Status::GROUP;
    }
    if (!within(job.page_channels, 1, halves)
        || !within(job.span_tokens, 1, halves / job.page_channels)
        || job.indexed_tokens > job.tokens || job.indexed_tokens % job.span_tokens != 0) {
        return Status::SPAN;
    }
    return Status::GOOD;
}

inline bool holds_table(const Buffer &tables, std::uint32_t word, std::uint64_t count) {
#pragma HLS INLINE
    return std::uint64_t(word) + count <= std::uint64_t(tables.size) * BEAT_WORDS;
}

inline Status check_places(const Job &job, const Buffer &tables, const Buffer &vectors) {
    const std::uint32_t groups = ceil_div(job.tokens, job.group_tokens);
    const std::uint64_t columns =
        std::uint64_t(job.indexed_tokens / job.span_tokens)
        * ceil_div(job.head_dim, job.page_channels);
    const bool attends = (job.steps & ATTEND) != 0;
    const bool corrects = attends && job.chosen_tokens < job.tokens;
    if (((attends || scores(job)) && !holds_table(tables, job.key_table, groups))
        || (attends && !holds_table(tables, job.value_table, groups))
        || (scores(job) && !holds_table(tables, job.channel_table, columns))) {
        return Status::TABLE;
    }
    const std::uint64_t rows =
        std::uint64_t(job.query_heads) * ceil_div(job.head_dim, BEAT_HALVES);
    if (!vectors.holds(job.queries, rows)
        || !vectors.holds(job.selection, selection_beats(job))
        || (attends && !vectors.holds(job.outputs, rows))
        || (corrects
            && !vectors.holds(job.value_sums, ceil_div(job.head_dim, BEAT_BYTES / 8)))) {
        return Status::VECTOR;
    }
    return Status::GOOD;
}

}  // namespace csd
}  // namespace skein

#endif
