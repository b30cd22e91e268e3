// The kernel in C-simulation, as a C library. The kernel keeps a head in static memory, as on a card:
// one call at a time.
#include <cstdint>

#include "../attention.h"

#define SKEIN_EXPORT extern "C" __attribute__((visibility("default")))

// Version of this interface and of the descriptor.
SKEIN_EXPORT std::uint32_t skein_csd_abi() {
    return skein::csd::JOB_VERSION;
}

// Buffers of whole beats, jobs and results one after the other; see attention.h.
SKEIN_EXPORT std::uint32_t skein_csd_run(const void *jobs, const void *pages, const void *tables,
                                         void *vectors, void *results, std::uint32_t job_count,
                                         std::uint32_t page_beats, std::uint32_t table_beats,
                                         std::uint32_t vector_beats) {
    using skein::csd::Beat;
    return skein_attention(static_cast<const Beat *>(jobs), static_cast<const Beat *>(pages),
                           static_cast<const Beat *>(tables), static_cast<Beat *>(vectors),
                           static_cast<Beat *>(results), job_count, page_beats, table_beats,
                           vector_beats);
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
