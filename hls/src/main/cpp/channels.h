// Ranges of off-chip memory as bursts on channels: which beats of a window lie on which channel.
#ifndef SKEIN_CHANNELS_H
#define SKEIN_CHANNELS_H

#include "memory.h"
#include "stream.h"

namespace skein {

// A part of a range in which no channel has more than a burst.
struct Window {
    Stripes map;
    std::uint64_t first;  // beats from the start of the memory
    std::int64_t beats;

    std::int64_t stripe_beats() const { return map.stripe / BEAT_BYTES; }

    // Most beats of a window that begins anywhere: a burst on each channel, or within a stripe.
    static std::int64_t most(const Stripes &map) {
        const std::int64_t stripe = map.stripe / BEAT_BYTES;
        return stripe <= BURST_BEATS ? BURST_BEATS / stripe * stripe * map.channels
                                     : BURST_BEATS;
    }

    // Beats from the first one of the window to the first one on channel c.
    std::int64_t distance(int c) const {
        const std::int64_t into = std::int64_t(first % std::uint64_t(stripe_beats()));
        const int here = map.channel(first * BEAT_BYTES);
        const std::int64_t stripes = (c - here + map.channels) % map.channels;
        return stripes == 0 ? 0 : stripes * stripe_beats() - into;
    }

    // Beats on channel c.
    std::int64_t count(int c) const {
        const std::int64_t stripe = stripe_beats();
        const std::int64_t row = stripe * map.channels;
        const std::int64_t rest = beats % row;
        const std::int64_t into = std::int64_t(first % std::uint64_t(stripe));
        const int here = map.channel(first * BEAT_BYTES);
        std::int64_t part;
        if (c == here) {
            part = clamp(rest, stripe - into) + clamp(rest - (row - into), into);
        } else {
            part = clamp(rest - distance(c), stripe);
        }
        return beats / row * stripe + part;
    }

    // First beat of the window on channel c, in beats from the start of the channel.
    std::uint64_t local(int c) const {
        const std::uint64_t global = first + std::uint64_t(distance(c));
        return map.local(global * BEAT_BYTES) / BEAT_BYTES;
    }

    // The channel of the i-th beat.
    int channel(std::int64_t i) const {
        return map.channel((first + std::uint64_t(i)) * BEAT_BYTES);
    }

private:
    static std::int64_t clamp(std::int64_t value, std::int64_t most) {
        return value < 0 ? 0 : value < most ? value : most;
    }
};

using Lane = Stream<Beat, BURST_BEATS>;

// The bytes of a beat that are stored.
struct PartBeat {
    Beat data;
    std::uint8_t from;
    std::uint8_t to;
};

using PartLane = Stream<PartBeat, BURST_BEATS>;

// One read burst.
inline void read_channel(const Beat *port, const Window &window, int c, Lane &lane) {
    const std::int64_t beats = c < window.map.channels ? window.count(c) : 0;
    const std::uint64_t from = beats > 0 ? window.local(c) : 0;
    for (std::int64_t i = 0; i < beats; ++i) {
#pragma HLS PIPELINE II = 1
#pragma HLS LOOP_TRIPCOUNT max = 16
        lane.write_nb(port[from + std::uint64_t(i)]);
    }
}

// One write burst. Only the first and last beat of a range are stored in part, byte by byte, so
// that nothing beside the range is read or written.
inline void write_channel(Beat *port, const Window &window, int c, PartLane &lane) {
    const std::int64_t beats = c < window.map.channels ? window.count(c) : 0;
    const std::uint64_t to = beats > 0 ? window.local(c) : 0;
    for (std::int64_t i = 0; i < beats; ++i) {
#pragma HLS LOOP_TRIPCOUNT max = 16
        PartBeat part;
        if (!lane.read_nb(part)) {
            return;
        }
        if (part.from == 0 && part.to == BEAT_BYTES) {
            port[to + std::uint64_t(i)] = part.data;
        } else {
            for (int b = part.from; b < part.to; ++b) {
                port[to + std::uint64_t(i)].byte[b] = part.data.byte[b];
            }
        }
    }
}

}  // namespace skein

#endif
