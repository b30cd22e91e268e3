// Compute units for the stand-in of XRT: they take what a card's would from the card's memory, and
// hand it to the HLS kernels in C-simulation. So what the host says over XRT is what they get:
// arguments, banks, stripes, the words of a step, streams.
#include <cstdint>
#include <cstring>
#include <vector>

#include "core.h"
#include "csim/card.h"
#include "xrt.h"

namespace config = skein::config;
namespace isa = skein::isa;
namespace step = skein::step;

namespace {

// A compute unit's arguments, in the order of kernel.cpp.
struct Unit {
    Run *run;
    int core;

    int ddr() const { return config::HBM_CHANNELS[core] + config::PARAM_CHANNELS[core]; }
    int fetch() const { return ddr() + config::DDR_PORTS + 2 * (config::CORES - 1); }
    char *at(int argument) const {
        return static_cast<Buffer *>(run->argument[argument])->card;
    }
    std::uint64_t *words(int argument) const {
        return reinterpret_cast<std::uint64_t *>(at(argument));
    }
    const std::uint64_t *step() const { return words(fetch() + 1); }
    std::uint64_t *status() const { return words(fetch() + 2); }
    int number() const {
        return int(reinterpret_cast<std::intptr_t>(run->argument[fetch() + 3]));
    }

    // The byte of a memory, on its channel.
    char *byte(isa::Memory memory, std::uint64_t address) const {
        const skein::Stripes stripes = skein::stripes(memory, core);
        const int first = memory == isa::Memory::HBM ? 0
                          : memory == isa::Memory::PARAM ? config::HBM_CHANNELS[core] : ddr();
        return at(first + stripes.channel(address)) + stripes.local(address);
    }
};

// A region of a step.
struct Extent {
    isa::Memory memory;
    std::uint64_t offset;
    std::uint64_t bytes;
    bool writable;
};

std::vector<Extent> extents(const std::uint64_t *d) {
    std::vector<Extent> out;
    for (std::uint64_t i = 0; i < d[step::REGIONS]; ++i) {
        const std::uint64_t *r = d + step::REGION + i * step::REGION_WORDS;
        out.push_back(Extent{isa::Memory(r[2] & 3), r[0], r[1], (r[2] & 4) != 0});
    }
    return out;
}

void prepare(skein_hls_card *card, const Unit &u) {
    const std::uint64_t *d = u.step();
    skein_hls_stream(card, u.core, u.at(u.fetch()), d[step::WORDS] * isa::WORD_BYTES);
    skein_hls_buffers(card, std::int64_t(d[step::ACT_BYTES]), std::int64_t(d[step::WGT_BYTES]),
                      std::int64_t(d[step::PAR_BYTES]));
    for (int base = 0; base < isa::BASES; ++base) {
        skein_hls_base(card, u.core, base, d[step::BASES + base]);
    }
    skein_hls_no_regions(card, u.core);
    std::vector<char> bytes;
    for (const Extent &e : extents(d)) {
        const int memory = int(e.memory);
        skein_hls_reserve(card, u.core, memory, e.offset + e.bytes);
        bytes.resize(e.bytes);
        for (std::uint64_t i = 0; i < e.bytes; ++i) {
            bytes[i] = *u.byte(e.memory, e.offset + i);
        }
        skein_hls_write(card, u.core, memory, e.offset, bytes.data(), e.bytes);
        skein_hls_region(card, u.core, memory, e.offset, e.bytes, e.writable);
    }
}

void finish(skein_hls_card *card, const Unit &u) {
    std::vector<char> bytes;
    for (const Extent &e : extents(u.step())) {
        if (e.writable) {
            bytes.resize(e.bytes);
            skein_hls_read(card, u.core, int(e.memory), e.offset, bytes.data(), e.bytes);
            for (std::uint64_t i = 0; i < e.bytes; ++i) {
                *u.byte(e.memory, e.offset + i) = bytes[i];
            }
        }
    }
}

}  // namespace

extern "C" void fake_kernels(Run *runs) {
    std::vector<Unit> units;
    for (int core = 0; core < config::CORES; ++core) {
        units.push_back(Unit{&runs[core], core});
    }
    for (const Unit &u : units) {
        if (!u.run->started || u.number() != u.core) {
            return;  // no status: the host has to notice
        }
    }
    skein_hls_card *card = skein_hls_open(config::CORES);
    for (const Unit &u : units) {
        prepare(card, u);
    }
    const std::uint64_t *d = units[0].step();
    skein_hls_outcome outcome = {};
    skein_hls_run(card, std::int32_t(d[step::POSITION]), std::int32_t(d[step::TOKENS]),
                  d[step::BUDGET] == ~std::uint64_t(0) ? 0 : d[step::BUDGET], 0, &outcome);
    for (const Unit &u : units) {
        finish(card, u);
        const bool here = outcome.core == u.core;
        u.status()[0] = here ? std::uint64_t(outcome.fault) : 0;
        u.status()[1] = std::uint64_t(u.core);
        u.status()[2] = here ? std::uint64_t(outcome.instruction) : ~std::uint64_t(0);
        u.status()[3] = here ? std::uint64_t(outcome.detail) : 0;
    }
    skein_hls_close(card);
}
