// Beats of the memory ports and the words of 16 halves that the units take.
#ifndef SKEIN_CSD_BEAT_H
#define SKEIN_CSD_BEAT_H

#include "descriptor.h"
#include "half.h"

namespace skein {
namespace csd {

// 512 bits.
struct Beat {
    std::uint64_t w[BEAT_BYTES / 8];
};

constexpr int LANES = REDUCE_LANES;  // halves of a word, lanes of a sum: 16

struct Lanes {
    Half v[LANES];
};

inline std::uint32_t get_word(const Beat &beat, std::uint32_t i) {
#pragma HLS INLINE
    return std::uint32_t(beat.w[i / 2] >> (32 * (i % 2)));
}

inline void set_word(Beat &beat, std::uint32_t i, std::uint32_t value) {
#pragma HLS INLINE
    const int shift = int(32 * (i % 2));
    beat.w[i / 2] = (beat.w[i / 2] & ~(std::uint64_t(0xffffffffu) << shift))
                    | std::uint64_t(value) << shift;
}

inline Half get_half(const Beat &beat, std::uint32_t i) {
#pragma HLS INLINE
    return Half(beat.w[i / 4] >> (16 * (i % 4)));
}

inline void set_half(Beat &beat, std::uint32_t i, Half value) {
#pragma HLS INLINE
    const int shift = int(16 * (i % 4));
    beat.w[i / 4] = (beat.w[i / 4] & ~(std::uint64_t(0xffffu) << shift))
                    | std::uint64_t(value) << shift;
}

inline std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b) {
#pragma HLS INLINE
    return a / b + (a % b != 0 ? 1u : 0u);
}

inline Beat zero_beat() {
#pragma HLS INLINE
    Beat beat;
    for (int i = 0; i < BEAT_BYTES / 8; ++i) {
#pragma HLS UNROLL
        beat.w[i] = 0;
    }
    return beat;
}

// A buffer in the card's memory and how much of it there is.
struct Buffer {
    const Beat *beats;
    std::uint32_t size;  // beats

    bool holds(std::uint64_t from, std::uint64_t count) const {
#pragma HLS INLINE
        return from <= size && count <= size - from;
    }
};

}  // namespace csd
}  // namespace skein

#endif
