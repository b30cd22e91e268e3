// Runs the cases of a dump again, without a JVM and under sanitizers: as they are, in the mode of
// floating-point units that flush subnormals to zero, and with mutations.
//   skein_csd_replay DUMP [SEED MUTATIONS]
// Exit 0 if every case gave the bits of the dump and no failed job wrote anything but its result, 1
// if not, 2 if the dump cannot be read.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "../attention.h"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace {

using skein::csd::Beat;

constexpr std::uint32_t MAGIC = 0x44434b53;  // "SKCD"
constexpr int STATUSES = 17;

// All in the order of the file.
struct Case {
    std::uint32_t job_count, page_beats, table_beats, vector_beats, status;
    std::vector<Beat> jobs, pages, tables, vectors, after, results;
};

bool read(std::FILE *file, std::vector<Beat> &to, std::uint64_t beats) {
    to = std::vector<Beat>(beats);
    return beats == 0 || std::fread(to.data(), sizeof(Beat), beats, file) == beats;
}

bool read(std::FILE *file, Case &c) {
    return std::fread(&c, sizeof(std::uint32_t), 5, file) == 5
           && read(file, c.jobs, std::uint64_t(c.job_count) * 2)
           && read(file, c.pages, c.page_beats) && read(file, c.tables, c.table_beats)
           && read(file, c.vectors, c.vector_beats) && read(file, c.after, c.vector_beats)
           && read(file, c.results, c.job_count);
}

bool same(const std::vector<Beat> &a, const std::vector<Beat> &b) {
    return a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Beat)) == 0;
}

std::uint32_t run(const Case &c, std::vector<Beat> &vectors, std::vector<Beat> &results) {
    return skein_attention(c.jobs.data(), c.pages.data(), c.tables.data(), vectors.data(),
                           results.data(), c.job_count, c.page_beats, c.table_beats,
                           c.vector_beats);
}

bool gives_its_bits(const Case &c) {
    std::vector<Beat> vectors = c.vectors;
    std::vector<Beat> results(c.job_count);
    return run(c, vectors, results) == c.status && same(vectors, c.after)
           && same(results, c.results);
}

#if defined(__SSE2__)
constexpr bool FLUSHES = true;

bool gives_its_bits_flushed(const Case &c) {
    const unsigned mode = _mm_getcsr();
    _mm_setcsr(mode | 0x8040u);  // flush to zero, denormals are zero
    const bool good = gives_its_bits(c);
    _mm_setcsr(mode);
    return good;
}
#else
constexpr bool FLUSHES = false;

bool gives_its_bits_flushed(const Case &) {
    return true;
}
#endif

std::uint64_t next(std::uint64_t &state) {  // splitmix64
    std::uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void mutate_word(std::vector<Beat> &beats, std::uint64_t used_words, std::uint64_t &random) {
    const std::uint64_t word = next(random) % used_words;
    Beat &beat = beats[word / skein::csd::BEAT_WORDS];
    const std::uint32_t i = std::uint32_t(word % skein::csd::BEAT_WORDS);
    const std::uint32_t old = skein::csd::get_word(beat, i);
    std::uint32_t value = std::uint32_t(next(random));
    switch (next(random) % 5) {
        case 0:
            break;
        case 1:
            value = old ^ (1u << (value % 32));
            break;
        case 2:
            value = old + 1 + value % 4;
            break;
        case 3:
            value = old - 1 - value % 4;
            break;
        default:
            value %= 300;
            break;
    }
    skein::csd::set_word(beat, i, value);
}

// One job with one to three other words in it, its tables, pages or vectors. True if a failure left
// the vectors alone.
bool mutated(const Case &original, std::uint64_t &random, std::uint64_t counts[STATUSES]) {
    Case c = original;
    for (std::uint64_t n = 1 + next(random) % 3; n > 0; --n) {
        switch (next(random) % 6) {
            case 0:
                mutate_word(c.tables, c.tables.size() * 16, random);
                break;
            case 1:
                mutate_word(c.pages, c.pages.size() * 16, random);
                break;
            case 2:
                mutate_word(c.vectors, c.vectors.size() * 16, random);
                break;
            default:
                mutate_word(c.jobs, next(random) % 8 == 0 ? 32 : 20, random);
                break;
        }
    }
    std::vector<Beat> vectors = c.vectors;
    std::vector<Beat> results(c.job_count);
    const std::uint32_t status = run(c, vectors, results);
    ++counts[status];
    return status == 0 || c.job_count > 1 || same(vectors, c.vectors);
}

}  // namespace

int main(int count, char **arguments) {
    std::FILE *file = count < 2 ? nullptr : std::fopen(arguments[1], "rb");
    std::uint32_t magic = 0;
    if (file == nullptr || std::fread(&magic, sizeof magic, 1, file) != 1 || magic != MAGIC) {
        std::printf("skein_csd_replay: no dump of cases: %s\n", count < 2 ? "" : arguments[1]);
        return 2;
    }
    std::uint64_t random = count < 4 ? 0 : std::strtoull(arguments[2], nullptr, 10);
    const std::uint64_t mutations = count < 4 ? 0 : std::strtoull(arguments[3], nullptr, 10);
    std::uint64_t cases = 0, differ = 0, flushed = 0, wrote = 0;
    std::uint64_t counts[STATUSES] = {};
    Case c;
    while (read(file, c)) {
        ++cases;
        differ += gives_its_bits(c) ? 0 : 1;
        flushed += gives_its_bits_flushed(c) ? 0 : 1;
        for (std::uint64_t i = 0; i < mutations; ++i) {
            wrote += mutated(c, random, counts) ? 0 : 1;
        }
    }
    const bool whole = std::feof(file) != 0;
    std::fclose(file);
    std::printf("cases %" PRIu64 ", differ %" PRIu64 ", differ flushed %s%" PRIu64
                ", wrote though failed %" PRIu64 "\nstatuses", cases, differ,
                FLUSHES ? "" : "(not tried) ", flushed, wrote);
    for (std::uint64_t n : counts) {
        std::printf(" %" PRIu64, n);
    }
    std::printf("\n");
    return !whole ? 2 : differ + flushed + wrote == 0 ? 0 : 1;
}
