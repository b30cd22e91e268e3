// Lists of chosen channels and tokens, in memory between the steps of a job.
#ifndef SKEIN_CSD_LISTS_H
#define SKEIN_CSD_LISTS_H

#include "check.h"
#include "state.h"

namespace skein {
namespace csd {

// False if the list is not increasing and below the limit.
inline bool load_list(const Buffer &vectors, std::uint32_t from, std::uint32_t count,
                      std::uint32_t limit, std::uint32_t *list) {
    bool good = true;
    std::uint32_t least = 0;
    for (std::uint32_t n = 0; n < count; ++n) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32768
#pragma HLS PIPELINE II = 1
        const std::uint32_t value =
            get_word(vectors.beats[from + n / BEAT_WORDS], n % BEAT_WORDS);
        const bool fits = value >= least && value < limit;
        good = good && fits;
        list[n] = fits ? value : 0;
        least = value < limit ? value + 1 : limit;
    }
    return good;
}

inline void store_list(const std::uint32_t *list, std::uint32_t count, std::uint32_t to,
                       Beat *vectors) {
    Beat beat = zero_beat();
    for (std::uint32_t n = 0; n < count; ++n) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32768
#pragma HLS PIPELINE II = 1
        set_word(beat, n % BEAT_WORDS, list[n]);
        if (n % BEAT_WORDS == BEAT_WORDS - 1 || n + 1 == count) {
            vectors[to + n / BEAT_WORDS] = beat;
            beat = zero_beat();
        }
    }
}

// Where the lists of a selection start, beats.
inline std::uint32_t channels_at(const Job &job) {
#pragma HLS INLINE
    return job.selection + 1;
}

inline std::uint32_t tokens_at(const Job &job) {
#pragma HLS INLINE
    return channels_at(job) + ceil_div(job.chosen_channels, BEAT_WORDS);
}

inline bool load_alpha(const Job &job, const Buffer &vectors, State &s) {
    const Beat beat = vectors.beats[job.selection];
    bool good = true;
    for (std::uint32_t h = 0; h < job.query_heads; ++h) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 8
        const std::uint32_t bits = get_word(beat, h);
        good = good && bits <= 0x3f800000u;  // 0 to 1
        s.alpha[h] = from_bits(bits);
    }
    return good;
}

inline void store_alpha(const Job &job, const State &s, Beat *vectors) {
    Beat beat = zero_beat();
    for (std::uint32_t h = 0; h < job.query_heads; ++h) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 8
        set_word(beat, h, to_bits(s.alpha[h]));
    }
    vectors[job.selection] = beat;
}

}  // namespace csd
}  // namespace skein

#endif
