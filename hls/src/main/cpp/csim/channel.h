// The memories of the simulated card, channel by channel as the kernels' AXI ports see them.
#ifndef SKEIN_CSIM_CHANNEL_H
#define SKEIN_CSIM_CHANNEL_H

#include <cstdlib>
#include <cstring>

#include "../memory.h"

namespace skein {
namespace csim {

// The channels of one group. Zeros until written; calloc gives large ones page by page.
class Channels {
    Beat *port[32] = {};
    std::uint64_t beats = 0;  // of each channel
    Stripes map = {0, BEAT_BYTES};

public:
    Channels() = default;
    Channels(const Channels &) = delete;
    Channels &operator=(const Channels &) = delete;

    ~Channels() {
        for (Beat *p : port) {
            std::free(p);
        }
    }

    void use(const Stripes &stripes) { map = stripes; }

    Beat *at(int channel) { return port[channel]; }

    // Makes the first bytes usable; false if there are no channels or there is no room.
    bool reserve(std::uint64_t bytes) {
        const std::uint64_t most = std::uint64_t(1) << 40;
        if (map.channels < 1 || map.channels > 32 || bytes > most) {
            return false;
        }
        const std::uint64_t row = std::uint64_t(map.stripe * map.channels);
        const std::uint64_t wanted =
            (bytes + row - 1) / row * std::uint64_t(map.stripe / BEAT_BYTES);
        if (wanted <= beats) {
            return true;
        }
        for (int c = 0; c < map.channels; ++c) {
            Beat *grown = static_cast<Beat *>(std::calloc(wanted, sizeof(Beat)));
            if (grown == nullptr) {
                return false;
            }
            if (beats > 0) {
                std::memcpy(grown, port[c], beats * sizeof(Beat));
            }
            std::free(port[c]);
            port[c] = grown;
        }
        beats = wanted;
        return true;
    }

    // Calls each(host offset, bytes on the card, how many) for the parts on one channel.
    template <class Each>
    bool parts(std::uint64_t address, std::uint64_t bytes, Each each) {
        if (map.channels < 1) {
            return false;
        }
        const std::uint64_t row = std::uint64_t(map.stripe * map.channels);
        const std::uint64_t capacity =
            beats / std::uint64_t(map.stripe / BEAT_BYTES) * row;
        if (bytes > capacity || address > capacity - bytes) {
            return false;
        }
        const std::uint64_t stripe = std::uint64_t(map.stripe);
        for (std::uint64_t done = 0; done < bytes;) {
            const std::uint64_t at = address + done;
            const std::uint64_t room = stripe - at % stripe;
            const std::uint64_t n = bytes - done < room ? bytes - done : room;
            std::uint8_t *from = reinterpret_cast<std::uint8_t *>(port[map.channel(at)]);
            each(done, from + map.local(at), n);
            done += n;
        }
        return true;
    }
};

}  // namespace csim
}  // namespace skein

#endif
