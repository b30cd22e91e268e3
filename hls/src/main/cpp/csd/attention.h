// The kernel as the C-simulation calls it.
#ifndef SKEIN_CSD_ATTENTION_H
#define SKEIN_CSD_ATTENTION_H

#include "beat.h"

extern "C" {

// Does jobs one after the other. Returns the status of the first one that failed, else 0; 'results'
// has a beat for each. Buffers are sizes in beats; the kernel stays inside them whatever the jobs
// say.
std::uint32_t skein_attention(const skein::csd::Beat *jobs, const skein::csd::Beat *pages,
                              const skein::csd::Beat *tables, skein::csd::Beat *vectors,
                              skein::csd::Beat *results, std::uint32_t job_count,
                              std::uint32_t page_beats, std::uint32_t table_beats,
                              std::uint32_t vector_beats);
}

#endif
