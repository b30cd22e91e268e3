// C interface of the bit-width expander under Verilator: units of 16 weights, one a cycle.
#include <cstdint>
#include <cstring>

#include "Vskein_expander.h"

extern "C" {

// Expands count units of 2 * width bytes that follow each other into 16 int8 each.
void skein_expander_run(int bits, int width, const std::uint8_t *units, int count,
        std::uint8_t *weights) {
    VerilatedContext context;
    Vskein_expander model{&context};
    model.bits = bits;
    for (int i = 0; i < count; i++) {
        std::memset(model.unit.data(), 0, 16);
        std::memcpy(model.unit.data(), units + 2 * width * i, 2 * width);
        model.clk = 0;
        model.eval();
        model.clk = 1;
        model.eval();
        std::memcpy(weights + 16 * i, model.weights.data(), 16);
    }
}

}
