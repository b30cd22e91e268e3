#include "card.h"

#include <memory>
#include <new>
#include <vector>

#include "../core.h"
#include "channel.h"

using skein::Core;
using skein::Fault;
using skein::Link;
using skein::Report;
using skein::csim::Channels;
namespace config = skein::config;
namespace isa = skein::isa;
namespace step = skein::step;

namespace {

constexpr int CORES = config::CORES;
constexpr int TURNS = skein::UNITS + 1;

struct Free {
    void operator()(std::uint8_t *bytes) const { std::free(bytes); }
};

using Bytes = std::unique_ptr<std::uint8_t, Free>;

// Zeros that cost nothing until they are used.
Bytes zeros(std::size_t n) {
    Bytes bytes(static_cast<std::uint8_t *>(std::calloc(n, 1)));
    if (!bytes) {
        throw std::bad_alloc();
    }
    return bytes;
}

// A core with what surrounds it: buffers, channels of its own, its stream and its step.
struct Place {
    Core core = {};
    Bytes act = zeros(config::ACT_BYTES);
    Bytes wgt = zeros(config::WGT_BYTES);
    Bytes par = zeros(config::PAR_BYTES);
    Channels hbm;
    Channels param;
    std::vector<isa::Word> program;
    std::uint64_t description[step::SIZE] = {};
    Link to[CORES];
    Link from[CORES];

    std::uint8_t *buffer(int space) {
        return space == int(isa::Space::ACT) ? act.get()
               : space == int(isa::Space::WGT) ? wgt.get() : par.get();
    }
};

}  // namespace

struct skein_hls_card {
    int cores;
    std::unique_ptr<Place> place[CORES];
    Channels ddr;

    Channels *channels(int core, int memory) {
        if (core < 0 || core >= cores) {
            return nullptr;
        }
        return memory == int(isa::Memory::HBM) ? &place[core]->hbm
               : memory == int(isa::Memory::PARAM) ? &place[core]->param
               : memory == int(isa::Memory::DDR) ? &ddr : nullptr;
    }

    Report start(int position, int tokens, std::uint64_t budget) {
        for (int c = 0; c < cores; ++c) {
            std::uint64_t *d = place[c]->description;
            // A negative length is out of range as a large one.
            d[step::POSITION] = std::uint64_t(std::int64_t(position));
            d[step::TOKENS] = std::uint64_t(std::int64_t(tokens));
            d[step::WORDS] = place[c]->program.size();
            d[step::CORES] = std::uint64_t(cores);
            d[step::BUDGET] = budget == 0 ? ~std::uint64_t(0) : budget;
            for (int other = 0; other < CORES; ++other) {
                place[c]->to[other] = Link();
                place[c]->from[other] = Link();
            }
            const Report started = place[c]->core.start(c, d);
            if (started.fault != Fault::NONE) {
                return started;
            }
        }
        return skein::good();
    }

    // The registers of the SLR crossings: a packet a round on each link.
    bool carry() {
        bool moved = false;
        for (int a = 0; a < cores; ++a) {
            for (int b = 0; b < cores; ++b) {
                skein::Packet packet;
                if (a != b && !place[b]->from[a].full() && place[a]->to[b].read_nb(packet)) {
                    place[b]->from[a].write_nb(packet);
                    moved = true;
                }
            }
        }
        return moved;
    }

    bool turn(int c, int first) {
        Place &p = *place[c];
#define SKEIN_PORT_hbm(i) p.hbm.at(i),
#define SKEIN_PORT_param(i) p.param.at(i),
#define SKEIN_PORT_ddr(i) ddr.at(i),
#define SKEIN_PORT(memory, i) SKEIN_PORT_##memory(i)
        return p.core.turn(SKEIN_HBM_EACH(SKEIN_PORT) SKEIN_PARAM_EACH(SKEIN_PORT)
                           SKEIN_DDR_EACH(SKEIN_PORT) p.program.data(), p.to, p.from,
                           p.act.get(), p.wgt.get(), p.par.get(), first);
    }

    bool ended() const {
        for (int c = 0; c < cores; ++c) {
            if (!place[c]->core.sequencer.ended) {
                return false;
            }
        }
        return true;
    }
};

namespace {

// The order of turns: any one has to give the same bits.
int next_first(std::uint64_t &order) {
    if (order == 0) {
        return 0;
    }
    order = order * 6364136223846793005u + 1442695040888963407u;
    return int((order >> 33) % TURNS);
}

std::int32_t end(skein_hls_outcome *outcome, int core, const Report &report) {
    outcome->fault = std::int64_t(report.fault);
    outcome->core = core;
    outcome->instruction = report.instruction;
    outcome->detail = report.detail;
    return std::int32_t(report.fault);
}

}  // namespace

extern "C" {

int32_t skein_hls_abi(void) {
    return SKEIN_HLS_ABI;
}

void skein_hls_board(int64_t out[4]) {
    out[0] = CORES;
    out[1] = config::ACT_BYTES;
    out[2] = config::WGT_BYTES;
    out[3] = config::PAR_BYTES;
}

const char *skein_hls_board_name(void) {
    return SKEIN_BOARD;
}

skein_hls_card *skein_hls_open(int32_t cores) {
    if (cores < 1 || cores > CORES) {
        return nullptr;
    }
    try {
        std::unique_ptr<skein_hls_card> card(new skein_hls_card());
        card->cores = cores;
        card->ddr.use(skein::stripes(isa::Memory::DDR, 0));
        for (int c = 0; c < cores; ++c) {
            card->place[c].reset(new Place());
            card->place[c]->hbm.use(skein::stripes(isa::Memory::HBM, c));
            card->place[c]->param.use(skein::stripes(isa::Memory::PARAM, c));
        }
        return card.release();
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

void skein_hls_close(skein_hls_card *card) {
    delete card;
}

int32_t skein_hls_reserve(skein_hls_card *card, int32_t core, int32_t memory, uint64_t bytes) {
    Channels *channels = card->channels(core, memory);
    return channels != nullptr && channels->reserve(bytes) ? 0 : SKEIN_HLS_NO_MEMORY;
}

int32_t skein_hls_write(skein_hls_card *card, int32_t core, int32_t memory, uint64_t address,
                        const void *data, uint64_t bytes) {
    Channels *channels = card->channels(core, memory);
    const std::uint8_t *from = static_cast<const std::uint8_t *>(data);
    const auto copy = [&](std::uint64_t at, std::uint8_t *to, std::uint64_t n) {
        std::memcpy(to, from + at, n);
    };
    return channels != nullptr && channels->parts(address, bytes, copy) ? 0
                                                                        : SKEIN_HLS_NO_MEMORY;
}

int32_t skein_hls_read(skein_hls_card *card, int32_t core, int32_t memory, uint64_t address,
                       void *data, uint64_t bytes) {
    Channels *channels = card->channels(core, memory);
    std::uint8_t *to = static_cast<std::uint8_t *>(data);
    const auto copy = [&](std::uint64_t at, const std::uint8_t *from, std::uint64_t n) {
        std::memcpy(to + at, from, n);
    };
    return channels != nullptr && channels->parts(address, bytes, copy) ? 0
                                                                        : SKEIN_HLS_NO_MEMORY;
}

int32_t skein_hls_stream(skein_hls_card *card, int32_t core, const void *words, uint64_t bytes) {
    if (core < 0 || core >= card->cores) {
        return SKEIN_HLS_NO_CORE;
    }
    if (bytes % sizeof(isa::Word) != 0 || bytes / sizeof(isa::Word) > 0x7fffffff) {
        return SKEIN_HLS_NO_STREAM;
    }
    try {
        card->place[core]->program.resize(bytes / sizeof(isa::Word));
    } catch (const std::bad_alloc &) {
        return SKEIN_HLS_NO_ROOM;
    }
    if (bytes > 0) {
        std::memcpy(card->place[core]->program.data(), words, bytes);
    }
    return 0;
}

int32_t skein_hls_buffers(skein_hls_card *card, int64_t act, int64_t wgt, int64_t par) {
    if (act < 0 || act > config::ACT_BYTES || wgt < 0 || wgt > config::WGT_BYTES || par < 0
        || par > config::PAR_BYTES) {
        return SKEIN_HLS_NO_BUFFER;
    }
    for (int c = 0; c < card->cores; ++c) {
        card->place[c]->description[step::ACT_BYTES] = std::uint64_t(act);
        card->place[c]->description[step::WGT_BYTES] = std::uint64_t(wgt);
        card->place[c]->description[step::PAR_BYTES] = std::uint64_t(par);
    }
    return 0;
}

int32_t skein_hls_base(skein_hls_card *card, int32_t core, int32_t base, uint64_t value) {
    if (core < 0 || core >= card->cores || base < 0 || base >= isa::BASES) {
        return SKEIN_HLS_NO_CORE;
    }
    card->place[core]->description[step::BASES + base] = value;
    return 0;
}

int32_t skein_hls_no_regions(skein_hls_card *card, int32_t core) {
    if (core < 0 || core >= card->cores) {
        return SKEIN_HLS_NO_CORE;
    }
    card->place[core]->description[step::REGIONS] = 0;
    return 0;
}

int32_t skein_hls_region(skein_hls_card *card, int32_t core, int32_t memory, uint64_t offset,
                         uint64_t bytes, int32_t writable) {
    if (core < 0 || core >= card->cores) {
        return SKEIN_HLS_NO_CORE;
    }
    std::uint64_t *d = card->place[core]->description;
    const std::uint64_t i = d[step::REGIONS];
    if (i >= std::uint64_t(skein::MAX_REGIONS)) {
        return SKEIN_HLS_NO_ROOM;
    }
    const auto nothing = [](std::uint64_t, const std::uint8_t *, std::uint64_t) {};
    Channels *channels = card->channels(core, memory);
    if (channels == nullptr || !channels->parts(offset, bytes, nothing)) {
        return SKEIN_HLS_NO_MEMORY;
    }
    std::uint64_t *r = d + step::REGION + i * step::REGION_WORDS;
    r[0] = offset;
    r[1] = bytes;
    r[2] = std::uint64_t(memory) + (writable != 0 ? 4u : 0u);
    d[step::REGIONS] = i + 1;
    return 0;
}

int32_t skein_hls_run(skein_hls_card *card, int32_t position, int32_t tokens, uint64_t budget,
                      uint64_t order, skein_hls_outcome *outcome) {
    *outcome = skein_hls_outcome{};
    const Report started = card->start(position, tokens, budget);
    if (started.fault != Fault::NONE) {
        return end(outcome, 0, started);
    }
    for (;; ++outcome->rounds) {
        bool moved = card->carry();
        for (int c = 0; c < card->cores; ++c) {
            moved |= card->turn(c, next_first(order));
        }
        outcome->instructions = 0;
        for (int c = 0; c < card->cores; ++c) {
            const Core &core = card->place[c]->core;
            outcome->instructions += core.sequencer.dispatched;
            if (core.found().fault != Fault::NONE) {
                return end(outcome, c, core.found());
            }
        }
        if (!moved) {
            if (card->ended()) {
                return end(outcome, 0, skein::good());
            }
            int stuck = 0;
            while (card->place[stuck]->core.sequencer.ended) {
                ++stuck;
            }
            Report deadlock = skein::report(Fault::DEADLOCK);
            deadlock.instruction = card->place[stuck]->core.sequencer.index;
            return end(outcome, stuck, deadlock);
        }
    }
}

int32_t skein_hls_peek(skein_hls_card *card, int32_t core, int32_t space, void *data,
                       uint64_t bytes) {
    if (core < 0 || core >= card->cores || space < 0 || space > 2) {
        return SKEIN_HLS_NO_CORE;
    }
    const std::uint64_t most = space == int(isa::Space::ACT) ? config::ACT_BYTES
        : space == int(isa::Space::WGT) ? config::WGT_BYTES : config::PAR_BYTES;
    if (bytes > most) {
        return SKEIN_HLS_NO_BUFFER;
    }
    std::memcpy(data, card->place[core]->buffer(space), bytes);
    return 0;
}

}  // extern "C"
