// Replays a dump: exit 0 if every step ended as it had to and every expectation held, 1 if not, 2
// if the dump cannot be read.
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "../fault.h"
#include "../isa.h"
#include "card.h"
#include "dump.h"

using skein::csim::Kind;
using skein::csim::Record;

namespace {

struct Close {
    void operator()(skein_hls_card *card) const { skein_hls_close(card); }
};

struct Replay {
    std::unique_ptr<skein_hls_card, Close> card;
    std::vector<std::vector<std::uint8_t>> streams;
    std::uint64_t steps = 0;
    std::uint64_t compared = 0;  // bytes
    std::uint64_t faults[32] = {};

    bool step(const Record &r, bool any) {
        skein_hls_outcome outcome;
        const int fault = skein_hls_run(card.get(), std::int32_t(r.a), std::int32_t(r.b), r.x,
                                        r.y, &outcome);
        ++steps;
        ++faults[fault];
        if (fault != 0 && !any) {
            std::printf("step %" PRIu64 ": fault %d, core %" PRId64 ", instruction %" PRId64
                        ", detail %" PRId64 "\n", steps, fault, outcome.core,
                        outcome.instruction, outcome.detail);
        }
        return fault == 0 || any;
    }

    bool expect(const Record &r, const std::vector<std::uint8_t> &data) {
        std::vector<std::uint8_t> found(data.size());
        if (skein_hls_read(card.get(), std::int32_t(r.core), std::int32_t(r.a), r.x,
                           found.data(), r.y) != 0) {
            return false;
        }
        compared += r.y;
        for (std::size_t i = 0; i < data.size(); ++i) {
            if (data[i] != found[i]) {
                std::printf("after step %" PRIu64 ", memory %u, byte %" PRIu64
                            ": expected 0x%02x, found 0x%02x\n", steps, r.a, r.x + i, data[i],
                            found[i]);
                return false;
            }
        }
        return true;
    }

    bool word(const Record &r, const std::vector<std::uint8_t> &data) {
        std::vector<std::uint8_t> &stream = streams[r.core];
        if (data.size() != skein::isa::WORD_BYTES
            || r.x >= stream.size() / skein::isa::WORD_BYTES) {
            return false;
        }
        std::memcpy(stream.data() + r.x * skein::isa::WORD_BYTES, data.data(), data.size());
        return set_stream(r.core);
    }

    bool set_stream(std::uint32_t core) {
        return skein_hls_stream(card.get(), std::int32_t(core), streams[core].data(),
                                streams[core].size()) == 0;
    }

    bool apply(const Record &r, const std::vector<std::uint8_t> &data) {
        const std::int32_t core = std::int32_t(r.core);
        const std::int32_t a = std::int32_t(r.a);
        if (Kind(r.kind) == Kind::OPEN) {
            card.reset(skein_hls_open(a));
            streams.assign(r.a, {});
            return card != nullptr;
        }
        if (card == nullptr || r.core >= streams.size()) {
            return false;
        }
        switch (Kind(r.kind)) {
            case Kind::RESERVE:
                return skein_hls_reserve(card.get(), core, a, r.x) == 0;
            case Kind::WRITE:
                return skein_hls_write(card.get(), core, a, r.x, data.data(), r.y) == 0;
            case Kind::STREAM:
                streams[r.core] = data;
                return set_stream(r.core);
            case Kind::BUFFERS:
                return skein_hls_buffers(card.get(), r.a, r.b, std::int64_t(r.x)) == 0;
            case Kind::BASE:
                return skein_hls_base(card.get(), core, a, r.x) == 0;
            case Kind::NO_REGIONS:
                return skein_hls_no_regions(card.get(), core) == 0;
            case Kind::REGION:
                return skein_hls_region(card.get(), core, a, r.x, r.y, std::int32_t(r.b)) == 0;
            case Kind::STEP:
            case Kind::ATTEMPT:
                return step(r, Kind(r.kind) == Kind::ATTEMPT);
            case Kind::EXPECT:
                return expect(r, data);
            case Kind::WORD:
                return word(r, data);
            case Kind::OPEN:
                break;
        }
        return false;
    }
};

int replay(std::FILE *in) {
    Replay replay;
    Record record;
    std::uint64_t number = 0;
    while (std::fread(&record, sizeof record, 1, in) == 1) {
        std::vector<std::uint8_t> data;
        if (skein::csim::has_data(Kind(record.kind))) {
            if (record.y > std::uint64_t(1) << 32) {
                return 2;
            }
            data.resize(record.y);
            if (record.y > 0 && std::fread(data.data(), record.y, 1, in) != 1) {
                std::printf("record %" PRIu64 ": the dump ends in its data\n", number);
                return 2;
            }
        }
        if (!replay.apply(record, data)) {
            std::printf("record %" PRIu64 " of kind %u failed\n", number, record.kind);
            return 1;
        }
        ++number;
    }
    std::printf("records %" PRIu64 " steps %" PRIu64 " compared %" PRIu64 "\n", number,
                replay.steps, replay.compared);
    for (int f = 0; f < 32; ++f) {
        if (replay.faults[f] > 0) {
            std::printf("fault %d %" PRIu64 "\n", f, replay.faults[f]);
        }
    }
    return 0;
}

}  // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::printf("usage: skein_hls_replay DUMP\n");
        return 2;
    }
    std::FILE *in = std::fopen(argv[1], "rb");
    if (in == nullptr) {
        std::printf("%s: cannot be read\n", argv[1]);
        return 2;
    }
    const int code = replay(in);
    std::fclose(in);
    return code;
}
