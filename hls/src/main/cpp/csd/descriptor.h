// What the host writes for a head and what it finds afterwards: little-endian words of 32 bits. A
// "beat" is 64 bytes, what a port moves at a time; addresses are beats from the start of a buffer.
#ifndef SKEIN_CSD_DESCRIPTOR_H
#define SKEIN_CSD_DESCRIPTOR_H

#include <cstdint>

namespace skein {
namespace csd {

constexpr int BEAT_BYTES = 64;
constexpr int BEAT_WORDS = 16;   // of 32 bits
constexpr int BEAT_HALVES = 32;  // of 16 bits

// Sizes of the on-chip buffers, and so limits of a job.
constexpr std::uint32_t MOST_HEAD_DIM = 256;
constexpr std::uint32_t MOST_QUERY_HEADS = 8;
constexpr std::uint32_t MOST_TOKENS = 32768;
constexpr std::uint32_t MOST_PAGE_BEATS = 4096;

constexpr std::uint32_t JOB_VERSION = 1;

// Steps of a job, to be done together or by three calls: between them the host can read the pages
// that the next step needs from flash to this card, since the lists lie in memory.
constexpr std::uint32_t CHOOSE_CHANNELS = 1;
constexpr std::uint32_t CHOOSE_TOKENS = 2;
constexpr std::uint32_t ATTEND = 4;

// A head: 128 bytes, two beats. Unused words are 0.
struct Job {
    std::uint32_t version;          // JOB_VERSION
    std::uint32_t steps;            // CHOOSE_CHANNELS | CHOOSE_TOKENS | ATTEND
    std::uint32_t head_dim;         // d, 1 to MOST_HEAD_DIM
    std::uint32_t query_heads;      // that share the head, 1 to MOST_QUERY_HEADS
    std::uint32_t tokens;           // S, 1 to MOST_TOKENS; the last one is the current token
    std::uint32_t chosen_channels;  // r, 1 to d
    std::uint32_t chosen_tokens;    // k, from local_tokens; all if there are no more
    std::uint32_t local_tokens;     // l, at least 1
    std::uint32_t page_beats;       // 1 to MOST_PAGE_BEATS
    std::uint32_t group_tokens;     // rows of a token-indexed page, [group_tokens][d] halves
    std::uint32_t page_channels;    // columns of a channel-indexed page,
    std::uint32_t span_tokens;      // [page_channels][span_tokens] halves
    std::uint32_t indexed_tokens;   // that channel-indexed pages hold, whole spans; the others are
                                    // scored from token-indexed pages
    std::uint32_t key_table;        // word in the tables: page of each token group of K
    std::uint32_t value_table;      // ... of V
    std::uint32_t channel_table;    // page of each span and, within it, of each group of channels
    std::uint32_t queries;          // beat in the vectors: [query_heads][d] halves, each head from
                                    // a new beat
    std::uint32_t value_sums;       // [d] int64, sums of V in steps of 2^-24
    std::uint32_t outputs;          // as the queries
    std::uint32_t selection;        // alpha in a beat, one binary32 a head; then r channels, words,
                                    // from a new beat; then min(k, S) tokens likewise
    std::uint32_t unused[12];
};

static_assert(sizeof(Job) == 2 * BEAT_BYTES, "a job is two beats");

constexpr int JOB_WORDS = 2 * BEAT_WORDS;

// Why a job was not done. Nothing has been written for it then but its result.
enum class Status : std::uint32_t {
    GOOD = 0,
    VERSION = 1,      // not JOB_VERSION
    UNUSED = 2,       // an unused word is not 0
    STEPS = 3,        // no step, or one that does not exist
    HEAD_DIM = 4,     // out of its range, as the following
    QUERY_HEADS = 5,
    TOKENS = 6,
    CHANNELS = 7,     // r
    CHOSEN = 8,       // k below l, or l 0
    PAGE = 9,         // a page without beats or with too many
    GROUP = 10,       // rows that no page holds
    SPAN = 11,        // columns that no page holds, or indexed tokens that are no whole spans
    TABLE = 12,       // a table leaves the buffer of tables
    VECTOR = 13,      // a vector or list leaves its buffer
    PAGE_NUMBER = 14, // a table names a page that is not there; detail: its number
    SELECTION = 15,   // a list of an earlier call is not increasing or not in range
    NOT_FINITE = 16   // NaN or infinity in what was used
};

// A beat for each job.
struct Result {
    std::uint32_t status;         // Status
    std::uint32_t detail;
    std::uint32_t channels;       // chosen, 0 if this call did not score
    std::uint32_t tokens;         // chosen, 0 if this call only chose channels
    std::uint32_t channel_pages;  // needed, of those that are there
    std::uint32_t tail_pages;     // of K, for tokens that channel-indexed pages do not hold
    std::uint32_t key_pages;      // of K, for the exact scores
    std::uint32_t value_pages;
    std::uint32_t unused[8];
};

static_assert(sizeof(Result) == BEAT_BYTES, "a result is a beat");

}  // namespace csd
}  // namespace skein

#endif
