// C interface of the VPU under Verilator: a stream of steps, one a cycle, and the accumulators that
// come out, with the cycle in which they do.
#include <cstdint>
#include <cstring>

#include "Vskein_vpu.h"

namespace {

constexpr int GROUPS = 8;

// A step as Java writes it.
struct Step {
    std::uint8_t w[2 * GROUPS];
    std::uint8_t column[2 * GROUPS];
    std::uint8_t hi[GROUPS][16];
    std::uint8_t lo[GROUPS][16];
    std::uint8_t scales[GROUPS];
    std::uint8_t cascade;
    std::uint8_t valid;
    std::uint8_t first;
    std::uint8_t last;
};

// An accumulator pair and the cycle of its step's end, counted from the first step.
struct Result {
    std::int64_t hi;
    std::int64_t lo;
    std::int64_t cycle;
};

struct Vpu {
    VerilatedContext context;
    Vskein_vpu model{&context};

    void clock() {
        model.clk = 0;
        model.eval();
        model.clk = 1;
        model.eval();
    }
};

// The accumulator of row 0, the lowest 48 bits: the steps here are of one row each.
template <typename Accumulators> std::int64_t row0(const Accumulators &accumulators) {
    std::uint64_t bits = accumulators[0] | static_cast<std::uint64_t>(accumulators[1]) << 32;
    return static_cast<std::int64_t>(bits << 16) >> 16;
}

void drive(Vskein_vpu &model, const Step &step) {
    std::memcpy(model.w.data(), step.w, sizeof step.w);
    std::uint64_t columns = 0;
    for (int s = 0; s < 2 * GROUPS; s++) {
        columns |= static_cast<std::uint64_t>(step.column[s] & 15) << 4 * s;
    }
    model.column = columns;
    std::memcpy(model.hi.data(), step.hi, sizeof step.hi);
    std::memcpy(model.lo.data(), step.lo, sizeof step.lo);
    std::memcpy(&model.scales, step.scales, sizeof step.scales);
    model.cascade = step.cascade;
    model.rows_log2 = 0;
    model.slot = 0;
    model.valid = step.valid;
    model.first = step.first;
    model.last = step.last;
}

}  // namespace

extern "C" {

int skein_vpu_step_bytes() {
    return sizeof(Step);
}

// Runs count steps on a VPU that has just been reset, and idle cycles behind them until all results
// are out. Returns how many there were, at most capacity, or -1 if there were more.
int skein_vpu_run(const Step *steps, int count, int idle, Result *results, int capacity) {
    Vpu vpu;
    vpu.model.rst = 1;
    drive(vpu.model, Step{});
    vpu.clock();
    vpu.model.rst = 0;
    int found = 0;
    for (int cycle = 0; cycle < count + idle; cycle++) {
        drive(vpu.model, cycle < count ? steps[cycle] : Step{});
        vpu.clock();
        if (vpu.model.done) {
            if (found == capacity) {
                return -1;
            }
            results[found++] = {row0(vpu.model.hi_accs), row0(vpu.model.lo_accs), cycle + 1};
        }
    }
    return found;
}

}
