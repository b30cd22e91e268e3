// The top of the kernel: attention of query heads beside the flash that holds their cache. What it
// computes is docs/numbers.md, "Attention in the drive"; how it is organised and what has never
// been run, docs/instinfer-kernel.md.
#include "attention.h"

#include "argtopk.h"
#include "attend.h"
#include "lists.h"
#include "logit.h"
#include "query.h"
#include "softmax.h"

namespace skein {
namespace csd {
namespace {

// What units share in the course of a job.
struct Memory {
    Buffer pages;
    Buffer tables;
    Buffer vectors;
};

std::uint32_t column_runs(const Job &job) {
    const std::uint32_t tiles = ceil_div(job.span_tokens, TILE_TOKENS);
    return job.indexed_tokens / job.span_tokens * tiles * job.chosen_channels;
}

void approximate(const Job &job, const Memory &m, State &s, Seen &seen, bool &bad) {
#pragma HLS DATAFLOW
    Flow<Run> runs;
    Flow<Lanes> columns;
#pragma HLS STREAM variable = runs depth = 32
#pragma HLS STREAM variable = columns depth = 64
    filter_columns(job, m.pages, m.tables, s.channels, runs, seen);
    read_runs(job, m.pages, column_runs(job), runs, columns, bad);
    score_columns(job, s, columns);
}

void approximate_tail(const Job &job, const Memory &m, State &s, Seen &seen, bool &bad) {
#pragma HLS DATAFLOW
    Flow<Run> runs;
    Flow<Lanes> rows;
#pragma HLS STREAM variable = runs depth = 32
#pragma HLS STREAM variable = rows depth = 64
    const std::uint32_t count = job.tokens - job.indexed_tokens;
    filter_rows(job, m.pages, m.tables, job.key_table, job.indexed_tokens, count, false, s.tokens,
                runs, seen);
    read_runs(job, m.pages, count, runs, rows, bad);
    score_tail(job, s, count, rows);
}

void score_exactly(const Job &job, const Memory &m, State &s, Seen &seen, bool &bad) {
#pragma HLS DATAFLOW
    Flow<Run> runs;
    Flow<Lanes> rows;
#pragma HLS STREAM variable = runs depth = 32
#pragma HLS STREAM variable = rows depth = 64
    const std::uint32_t count = chosen_tokens(job);
    filter_rows(job, m.pages, m.tables, job.key_table, 0, count, true, s.tokens, runs, seen);
    read_runs(job, m.pages, count, runs, rows, bad);
    score_rows(job, s, count, inverse_root(float(job.head_dim)), rows);
}

void attend(const Job &job, const Memory &m, State &s, Seen &seen, bool &bad) {
#pragma HLS DATAFLOW
    Flow<Run> runs;
    Flow<Lanes> rows;
#pragma HLS STREAM variable = runs depth = 32
#pragma HLS STREAM variable = rows depth = 64
    const std::uint32_t count = chosen_tokens(job);
    filter_rows(job, m.pages, m.tables, job.value_table, 0, count, true, s.tokens, runs, seen);
    read_runs(job, m.pages, count, runs, rows, bad);
    attend_rows(job, s, count, rows);
}

// Keeps the first thing that went wrong.
struct Outcome {
    Status status;
    std::uint32_t detail;

    bool good() const { return status == Status::GOOD; }

    void pages(const Seen &seen, bool bad) {
        if (good() && seen.missing) {
            status = Status::PAGE_NUMBER;
            detail = seen.number;
        } else if (good() && bad) {
            status = Status::NOT_FINITE;
        }
    }

    void require(bool holds, Status otherwise) {
        if (good() && !holds) {
            status = otherwise;
        }
    }
};

void choose_channels(const Job &job, const Memory &m, State &s, Outcome &end) {
    if ((job.steps & CHOOSE_CHANNELS) != 0) {
        share_magnitudes(job, s);
        argtopk(s.shared, job.head_dim, job.chosen_channels, s.channels);
    } else if (scores(job)) {
        end.require(load_list(m.vectors, channels_at(job), job.chosen_channels, job.head_dim,
                              s.channels), Status::SELECTION);
    }
}

void choose_tokens(const Job &job, const Memory &m, State &s, Result &result, Outcome &end) {
    Seen seen = nothing_seen();
    bool bad = false;
    find_factors(job, s);
    start_scores(s);
    approximate(job, m, s, seen, bad);
    result.channel_pages = seen.pages;
    end.pages(seen, bad);
    approximate_tail(job, m, s, seen, bad);
    result.tail_pages = seen.pages;
    end.pages(seen, bad);
    softmax_all(job, s, job.tokens);
    share_scores(job, s, job.tokens);
    const std::uint32_t older = job.tokens - job.local_tokens;
    const std::uint32_t best = job.chosen_tokens - job.local_tokens;
    argtopk(s.shared, older, best, s.tokens);
    for (std::uint32_t n = 0; n < job.local_tokens; ++n) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 512
#pragma HLS PIPELINE II = 1
        s.tokens[best + n] = older + n;
    }
    sum_alpha(job, s, job.chosen_tokens);
}

void choose_all(const Job &job, State &s) {
    for (std::uint32_t t = 0; t < job.tokens; ++t) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 32768
#pragma HLS PIPELINE II = 1
        s.tokens[t] = t;
    }
    for (std::uint32_t h = 0; h < MOST_QUERY_HEADS; ++h) {
#pragma HLS UNROLL
        s.alpha[h] = 1.0f;
    }
}

void attend_to_tokens(const Job &job, const Memory &m, State &s, Result &result, Outcome &end) {
    Seen seen = nothing_seen();
    bool bad = false;
    start_scores(s);
    score_exactly(job, m, s, seen, bad);
    result.key_pages = seen.pages;
    end.pages(seen, bad);
    softmax_all(job, s, chosen_tokens(job));
    start_outputs(s);
    attend(job, m, s, seen, bad);
    result.value_pages = seen.pages;
    end.pages(seen, bad);
}

void store(const Job &job, State &s, bool sparse, const Memory &m, Beat *vectors) {
    if (sparse && (job.steps & CHOOSE_CHANNELS) != 0) {
        store_list(s.channels, job.chosen_channels, channels_at(job), vectors);
    }
    if ((job.steps & ATTEND) != 0) {
        if (sparse) {
            load_means(job, m.vectors, s);
        }
        store_outputs(job, s, sparse, vectors);
    }
    if ((job.steps & CHOOSE_TOKENS) != 0) {
        store_alpha(job, s, vectors);
        store_list(s.tokens, chosen_tokens(job), tokens_at(job), vectors);
    }
}

// A job whose sizes and places are good.
void run_steps(const Job &job, const Memory &m, Beat *vectors, State &s, Result &result,
               Outcome &end) {
    const bool sparse = job.chosen_tokens < job.tokens;
    end.require(load_queries(job, m.vectors, s), Status::NOT_FINITE);
    if (sparse && end.good()) {
        choose_channels(job, m, s, end);
    }
    if (!sparse) {
        choose_all(job, s);
    } else if (end.good() && scores(job)) {
        choose_tokens(job, m, s, result, end);
    } else if (end.good() && (job.steps & ATTEND) != 0) {
        end.require(load_alpha(job, m.vectors, s), Status::SELECTION);
        end.require(load_list(m.vectors, tokens_at(job), job.chosen_tokens, job.tokens,
                              s.tokens), Status::SELECTION);
    }
    if (end.good() && (job.steps & ATTEND) != 0) {
        attend_to_tokens(job, m, s, result, end);
    }
    if (end.good()) {
        result.channels = sparse && (job.steps & (CHOOSE_CHANNELS | CHOOSE_TOKENS)) != 0
                              ? job.chosen_channels : 0;
        result.tokens = (job.steps & (CHOOSE_TOKENS | ATTEND)) != 0 ? chosen_tokens(job) : 0;
        store(job, s, sparse, m, vectors);
    }
}

Job load_job(const Beat *jobs, std::uint32_t index) {
    std::uint32_t words[JOB_WORDS];
#pragma HLS ARRAY_PARTITION variable = words complete
    for (std::uint32_t b = 0; b < JOB_WORDS / BEAT_WORDS; ++b) {
        const Beat beat = jobs[std::uint64_t(index) * (JOB_WORDS / BEAT_WORDS) + b];
        for (std::uint32_t i = 0; i < BEAT_WORDS; ++i) {
#pragma HLS UNROLL
            words[b * BEAT_WORDS + i] = get_word(beat, i);
        }
    }
    Job job;
    std::memcpy(&job, words, sizeof job);
    return job;
}

void store_result(const Result &result, std::uint32_t index, Beat *results) {
    std::uint32_t words[BEAT_WORDS];
    std::memcpy(words, &result, sizeof words);
    Beat beat = zero_beat();
    for (std::uint32_t i = 0; i < BEAT_WORDS; ++i) {
#pragma HLS UNROLL
        set_word(beat, i, words[i]);
    }
    results[index] = beat;
}

}  // namespace
}  // namespace csd
}  // namespace skein

std::uint32_t skein_attention(const skein::csd::Beat *jobs, const skein::csd::Beat *pages,
                              const skein::csd::Beat *tables, skein::csd::Beat *vectors,
                              skein::csd::Beat *results, std::uint32_t job_count,
                              std::uint32_t page_beats, std::uint32_t table_beats,
                              std::uint32_t vector_beats) {
#pragma HLS INTERFACE mode = m_axi port = jobs bundle = host
#pragma HLS INTERFACE mode = m_axi port = tables bundle = host
#pragma HLS INTERFACE mode = m_axi port = vectors bundle = host
#pragma HLS INTERFACE mode = m_axi port = results bundle = host
#pragma HLS INTERFACE mode = m_axi port = pages bundle = flash max_read_burst_length = 64 \
    num_read_outstanding = 32
#pragma HLS INTERFACE mode = s_axilite port = job_count
#pragma HLS INTERFACE mode = s_axilite port = page_beats
#pragma HLS INTERFACE mode = s_axilite port = table_beats
#pragma HLS INTERFACE mode = s_axilite port = vector_beats
#pragma HLS INTERFACE mode = s_axilite port = return
#pragma HLS ALLOCATION function instances = argtopk limit = 1
#pragma HLS ALLOCATION function instances = softmax limit = 1
    using namespace skein::csd;
    static State state;
#pragma HLS ARRAY_PARTITION variable = state.query dim = 1 complete
#pragma HLS ARRAY_PARTITION variable = state.query dim = 2 cyclic factor = 16
#pragma HLS ARRAY_PARTITION variable = state.score dim = 1 complete
#pragma HLS ARRAY_PARTITION variable = state.tile dim = 1 complete
#pragma HLS ARRAY_PARTITION variable = state.tile dim = 2 complete
#pragma HLS ARRAY_PARTITION variable = state.tile dim = 3 cyclic factor = 16
#pragma HLS ARRAY_PARTITION variable = state.output dim = 1 complete
#pragma HLS ARRAY_PARTITION variable = state.output dim = 2 complete
#pragma HLS ARRAY_PARTITION variable = state.output dim = 3 cyclic factor = 16
#pragma HLS BIND_STORAGE variable = state.score type = ram_2p impl = uram
#pragma HLS BIND_STORAGE variable = state.shared type = ram_2p impl = uram
#pragma HLS BIND_STORAGE variable = state.tokens type = ram_2p impl = uram
    const Memory memory = {{pages, page_beats}, {tables, table_beats}, {vectors, vector_beats}};
    Status first = Status::GOOD;
    for (std::uint32_t i = 0; i < job_count; ++i) {
#pragma HLS LOOP_TRIPCOUNT min = 1 max = 64
        const Job job = load_job(jobs, i);
        Result result = {};
        Outcome end = {check_sizes(job), 0};
        if (end.good()) {
            end.status = check_places(job, memory.tables, memory.vectors);
        }
        if (end.good()) {
            run_steps(job, memory, vectors, state, result, end);
        }
        result.status = std::uint32_t(end.status);
        result.detail = end.detail;
        store_result(result, i, results);
        first = first == Status::GOOD ? end.status : first;
    }
    return std::uint32_t(first);
}
