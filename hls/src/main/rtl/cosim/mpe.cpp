// C interface of the MPE under Verilator: one instruction at a time, its operands through the load
// ports, all memories at once.
#include <cstdint>
#include <cstring>

#include "Vskein_mpe.h"
#include "tile.h"

namespace {

using namespace tile;

struct Mpe {
    VerilatedContext context;
    Vskein_mpe model{&context};

    Mpe() {
        model.rst = 1;
        model.start = model.x_write = model.w_write = model.s_write = 0;
        clock();
        model.rst = 0;
    }

    void clock() {
        model.clk = 0;
        model.eval();
        model.clk = 1;
        model.eval();
    }

    void fill(const Operation &op, const std::uint8_t *act, const Tile &tile, const Loops &loops);
    std::int64_t execute(const Operation &op, const Loops &loops);
    void results(const Operation &op, const Loops &loops, std::int64_t *sums);
};

// A word of every memory a cycle.
void Mpe::fill(const Operation &op, const std::uint8_t *act, const Tile &tile,
               const Loops &loops) {
    constexpr std::uint32_t ALL = (1U << VPUS) - 1;
    long xWords = static_cast<long>(loops.tiles) * loops.stride;
    long wWords = tile.weightWords();
    long sWords = static_cast<long>(tile.schedule.size());
    long end = wWords > sWords ? wWords : sWords;
    end = xWords > end ? xWords : end;
    auto *x = reinterpret_cast<std::uint8_t *>(model.x_data.data());
    auto *w = reinterpret_cast<std::uint8_t *>(model.w_data.data());
    for (long at = 0; at < end; at++) {
        model.x_write = at < xWords ? ALL : 0;
        model.w_write = at < wWords ? ALL : 0;
        model.s_write = at < sWords;
        model.x_word = static_cast<std::uint16_t>(at % X_WORDS);
        model.w_word = model.s_word = static_cast<std::uint16_t>(at);
        for (int v = 0; v < VPUS; v++) {
            tile.x(op, act, loops, at, v, x + 16 * v);
            Word word = tile.at(v, at);
            std::memcpy(w + v * sizeof word, &word, sizeof word);
        }
        if (model.s_write) {
            tile.schedule[at].write(model.s_data.data());
        }
        clock();
    }
    model.x_write = model.w_write = model.s_write = 0;
}

std::int64_t Mpe::execute(const Operation &op, const Loops &loops) {
    bool sparse = op.opcode == SPMM || op.opcode == SPMV;
    model.mv = isMv(op);
    model.sparse = sparse;
    model.clear = op.first != 0;
    model.width = sparse ? 0 : static_cast<std::uint8_t>(widthCode(op.bits));
    model.x_tiles = static_cast<std::uint16_t>(loops.tiles);
    model.groups = static_cast<std::uint16_t>(loops.groups);
    model.steps = static_cast<std::uint16_t>(loops.steps);
    model.x_stride = static_cast<std::uint16_t>(loops.stride);
    model.start = 1;
    clock();
    model.start = 0;
    std::int64_t cycles = 0;
    for (std::int64_t limit = loops.total() + 1000; !model.finished; cycles++) {
        if (cycles == limit) {
            throw Refused{STUCK};
        }
        clock();
    }
    return cycles;
}

void Mpe::results(const Operation &op, const Loops &loops, std::int64_t *sums) {
    for (long at = 0; at < places(op, loops); at++) {
        model.result_place = static_cast<std::uint16_t>(at);
        clock();
        clock();
        const auto *bytes = reinterpret_cast<const std::uint8_t *>(model.result_data.data());
        for (int v = 0; v < VPUS; v++) {
            place(op, loops, at, v, sum(bytes + 12 * v + 6), sum(bytes + 12 * v), sums);
        }
    }
}

}  // namespace

extern "C" {

int skein_mpe_rows() { return 2; }
int skein_mpe_pairs() { return PAIRS; }
int skein_mpe_operation_bytes() { return sizeof(Operation); }

void *skein_mpe_open() {
    return new Mpe();
}

void skein_mpe_close(void *mpe) {
    delete static_cast<Mpe *>(mpe);
}

// Runs one operation on buffers whose extents the caller has checked. Writes [m, n] exact sums and
// returns the cycles from start to the last of them, or a Refusal.
std::int64_t skein_mpe_run(void *handle, const std::uint8_t *act, const std::uint8_t *wgt,
        const Operation *op, std::int64_t *sums) {
    auto &mpe = *static_cast<Mpe *>(handle);
    try {
        Loops loops = loopsOf(*op);
        check(*op, loops);
        Tile tile(*op, wgt, loops);
        mpe.fill(*op, act, tile, loops);
        std::int64_t cycles = mpe.execute(*op, loops);
        mpe.results(*op, loops, sums);
        return cycles;
    } catch (const Refused &refused) {
        return refused.why;
    }
}

}
