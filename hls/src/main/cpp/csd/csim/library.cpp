// The kernel in C-simulation, as a C library. The kernel keeps a head in static memory, as on a
// card: one call at a time.
#include <cstdint>

#include "../attention.h"

#define SKEIN_EXPORT extern "C" __attribute__((visibility("default")))

// Version of this interface and of the descriptor.
SKEIN_EXPORT std::uint32_t skein_csd_abi() {
    return skein::csd::JOB_VERSION;
}

// Buffers of a card, whole beats.
struct skein_csd_card {
    const skein::csd::Beat *pages;
    const skein::csd::Beat *tables;
    skein::csd::Beat *vectors;
    std::uint32_t page_beats;
    std::uint32_t table_beats;
    std::uint32_t vector_beats;
};

// Jobs and results one after the other; see attention.h.
SKEIN_EXPORT std::uint32_t skein_csd_run(const skein_csd_card *card,
                                         const skein::csd::Beat *jobs,
                                         skein::csd::Beat *results, std::uint32_t job_count) {
    return skein_attention(jobs, card->pages, card->tables, card->vectors, results, job_count,
                           card->page_beats, card->table_beats, card->vector_beats);
}

// Bits of binary32 of each binary16.
SKEIN_EXPORT void skein_csd_widen(const std::uint16_t *halves, std::uint32_t *bits,
                                  std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        bits[i] = skein::to_bits(skein::csd::widen(halves[i]));
    }
}

// The binary16 that a result of these binary32 bits becomes.
SKEIN_EXPORT void skein_csd_narrow(const std::uint32_t *bits, std::uint16_t *halves,
                                   std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        halves[i] = skein::csd::narrow_result(skein::from_bits(bits[i]));
    }
}
