// C interface of the epilogue under Verilator: a stream of sums, one a cycle, and the binary32 that
// come out, with the cycle in which they do.
#include <cstdint>

#include "Vskein_epilogue.h"

namespace {

// A sum with its operands as Java writes it; binary32 as their bits.
struct Operands {
    std::int64_t sum;
    std::uint32_t row_scale;
    std::uint32_t act_scale;
    std::uint32_t bias;
    std::uint8_t scaled;
    std::uint8_t biased;
    std::uint8_t valid;
    std::uint8_t unused;
};

// What came out, and the cycle behind which it stood there, counted from the first operands.
struct Result {
    std::int64_t cycle;
    std::uint32_t out;
    std::uint32_t unused;
};

struct Epilogue {
    VerilatedContext context;
    Vskein_epilogue model{&context};

    void clock(const Operands &o) {
        model.valid = o.valid;
        model.sum = static_cast<std::uint64_t>(o.sum) & ((std::uint64_t{1} << 48) - 1);
        model.scaled = o.scaled;
        model.row_scale = o.row_scale;
        model.act_scale = o.act_scale;
        model.biased = o.biased;
        model.bias = o.bias;
        model.clk = 0;
        model.eval();
        model.clk = 1;
        model.eval();
    }
};

}  // namespace

extern "C" {

int skein_epilogue_operands_bytes() {
    return sizeof(Operands);
}

// Runs count operands, invalid ones among them, on an epilogue that has just been reset, and idle
// cycles behind them. Returns how many results there were, or -1 if more than capacity.
int skein_epilogue_run(const Operands *operands, int count, int idle, Result *results,
        int capacity) {
    Epilogue epilogue;
    epilogue.model.rst = 1;
    epilogue.clock(Operands{});
    epilogue.model.rst = 0;
    int found = 0;
    for (int cycle = 0; cycle < count + idle; cycle++) {
        epilogue.clock(cycle < count ? operands[cycle] : Operands{});
        if (epilogue.model.done) {
            if (found == capacity) {
                return -1;
            }
            results[found++] = {cycle + 1, epilogue.model.out, 0};
        }
    }
    return found;
}

}
