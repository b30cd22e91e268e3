// The unit MPE: MM and MV on packed rows, SPMM and SPMV on strips.
#ifndef SKEIN_MPE_H
#define SKEIN_MPE_H

#include "unit.h"

namespace skein {

// Sums that a loop over tiles of k keeps between its iterations: 48 bits each, 384 KiB.
constexpr int ACCUMULATORS = 1 << 16;

struct Accumulators {
    std::int64_t sums[ACCUMULATORS];
    std::int64_t out;   // address of the results they are for, -1 if there are none
    std::int64_t size;  // [m, n]
};

// The kernel's shape: multiply-accumulates in a cycle along each dimension.
struct Shape {
    int m;
    int n;
    int k;
};

constexpr int SHAPE_M = config::MM_M > config::MV_M ? config::MM_M : config::MV_M;
constexpr int SHAPE_N = config::MM_N > config::MV_N ? config::MM_N : config::MV_N;

// From exact sums to binary32, docs/numbers.md steps 2 to 5.
struct Epilogue {
    bool scaled;
    bool biased;
    std::int64_t scale;        // WGT address of the row scales; biases 4 n further
    std::int64_t act_scale;    // ACT address of the scale of row 0 of x
    std::int64_t act_scale_stride;
    std::int64_t out;          // ACT address
    std::int64_t out_stride;
    std::int64_t m;
    std::int64_t n;

    bool inside(const Sizes &sizes) const;
    void put(std::uint8_t *act, const std::uint8_t *wgt, std::int64_t row, std::int64_t column,
             std::int64_t sum) const;
};

Report matrix_unit(const Command &command, const Context &context, Budget &budget,
                   Accumulators &accumulators, std::uint8_t act[config::ACT_BYTES],
                   const std::uint8_t wgt[config::WGT_BYTES]);

Report strip_unit(const Command &command, const Context &context, Budget &budget,
                  std::uint8_t act[config::ACT_BYTES],
                  const std::uint8_t wgt[config::WGT_BYTES]);

}  // namespace skein

#endif
