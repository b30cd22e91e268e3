// The page filters: which pages of a table hold something chosen, and which run of halves in them
// is kept; and the reader that fetches the runs.
#ifndef SKEIN_CSD_PAGES_H
#define SKEIN_CSD_PAGES_H

#include "beat.h"
#include "flow.h"

namespace skein {
namespace csd {

// Tokens whose approximate scores are added up at a time: 1 KiB of a column.
constexpr std::uint32_t TILE_TOKENS = 512;

// Contiguous halves of a page.
struct Run {
    std::uint32_t page;
    std::uint32_t first;  // half in the page
    std::uint32_t count;  // halves; words of 16 on the way, the last one filled up with zeros
    bool there;           // zeros are sent instead of a page that is not
};

// What a filter saw.
struct Seen {
    std::uint32_t pages;  // that hold something chosen
    bool missing;         // a page number outside of the pages
    std::uint32_t number;
};

inline Seen nothing_seen() {
#pragma HLS INLINE
    return Seen{0, false, 0};
}

// A page by its number in a table. The first number that is no page is kept for the host.
inline Run run_of(const Job &job, const Buffer &pages, const Buffer &tables, std::uint32_t at,
                  Seen &seen) {
#pragma HLS INLINE
    const std::uint32_t number =
        get_word(tables.beats[at / BEAT_WORDS], at % BEAT_WORDS);
    const bool there =
        pages.holds(std::uint64_t(number) * job.page_beats, job.page_beats);
    if (!there && !seen.missing) {
        seen.missing = true;
        seen.number = number;
    }
    return Run{number, 0, 0, there};
}

// Filters 1 and 2 of SparF: of the channel-indexed pages those with chosen channels, and of them
// these columns; tile after tile of a span, so that the partial sums of a tile fit.
inline void filter_columns(const Job &job, const Buffer &pages, const Buffer &tables,
                           const std::uint32_t channels[MOST_HEAD_DIM], Flow<Run> &runs,
                           Seen &seen) {
    seen = nothing_seen();
    const std::uint32_t groups = ceil_div(job.head_dim, job.page_channels);
    const std::uint32_t spans = job.indexed_tokens / job.span_tokens;
    for (std::uint32_t s = 0; s < spans; ++s) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 64
        for (std::uint32_t from = 0; from < job.span_tokens; from += TILE_TOKENS) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 2
            const std::uint32_t left = job.span_tokens - from;
            const std::uint32_t count = left < TILE_TOKENS ? left : TILE_TOKENS;
            std::uint32_t previous = groups;
            Run run = {0, 0, 0, false};
            for (std::uint32_t n = 0; n < job.chosen_channels; ++n) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 256
                const std::uint32_t group = channels[n] / job.page_channels;
                if (group != previous) {
                    run = run_of(job, pages, tables, job.channel_table + s * groups + group, seen);
                    seen.pages += from == 0 ? 1u : 0u;
                    previous = group;
                }
                run.first = channels[n] % job.page_channels * job.span_tokens + from;
                run.count = count;
                runs.write(run);
            }
        }
    }
}

// Filters 3 and 4: of the token-indexed pages those with chosen tokens, and of them these rows.
// Tokens are first, first + 1, ... or those of a list.
inline void filter_rows(const Job &job, const Buffer &pages, const Buffer &tables,
                        std::uint32_t table, std::uint32_t first, std::uint32_t count,
                        bool listed, const std::uint32_t list[MOST_TOKENS], Flow<Run> &runs,
                        Seen &seen) {
    seen = nothing_seen();
    std::uint32_t previous = MOST_TOKENS;
    Run run = {0, 0, 0, false};
    for (std::uint32_t n = 0; n < count; ++n) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32768
        const std::uint32_t token = listed ? list[n] : first + n;
        const std::uint32_t group = token / job.group_tokens;
        if (group != previous) {
            run = run_of(job, pages, tables, table + group, seen);
            ++seen.pages;
            previous = group;
        }
        run.first = token % job.group_tokens * job.head_dim;
        run.count = job.head_dim;
        runs.write(run);
    }
}

// Fetches runs beat by beat and shifts them, so that each starts with a new word. 'bad' if anything
// in them is no finite number.
inline void read_runs(const Job &job, const Buffer &pages, std::uint32_t count, Flow<Run> &runs,
                      Flow<Lanes> &out, bool &bad) {
    bad = false;
    for (std::uint32_t i = 0; i < count; ++i) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32768
        const Run run = runs.read();
        const std::uint32_t shift = run.first % BEAT_HALVES;
        const std::uint64_t base =
            std::uint64_t(run.page) * job.page_beats + run.first / BEAT_HALVES;
        const std::uint32_t words = ceil_div(run.count, LANES);
        std::uint32_t fetched = 0;  // beats
        Beat low = zero_beat();
        Beat high = zero_beat();
        for (std::uint32_t w = 0; w < words; ++w) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32
#pragma HLS PIPELINE II = 1
            // The window of two beats moves on when the word starts in its second one.
            const std::uint32_t start = shift + w * LANES;
            const std::uint32_t end =
                shift + (run.count < (w + 1) * LANES ? run.count : (w + 1) * LANES);
            while (fetched * BEAT_HALVES < end) {
#pragma HLS LOOP_TRIPCOUNT min = 0 max = 2
                low = high;
                high = run.there ? pages.beats[base + fetched] : zero_beat();
                ++fetched;
            }
            Lanes word;
            for (std::uint32_t j = 0; j < LANES; ++j) {
#pragma HLS UNROLL
                const std::uint32_t at = start + j;
                const bool in_high = at / BEAT_HALVES + 1 == fetched;
                Half h = in_high ? get_half(high, at % BEAT_HALVES)
                                 : get_half(low, at % BEAT_HALVES);
                h = at < end ? h : Half(0);
                bad = bad || !is_finite(h);
                word.v[j] = h;
            }
            out.write(word);
        }
    }
}

}  // namespace csd
}  // namespace skein

#endif
