#include "expander.h"
#include "mpe.h"

namespace skein {

bool Epilogue::inside(const Sizes &sizes) const {
    return sizes.holds_rows(isa::Space::ACT, out, out_stride, m, 4 * n)
           && sizes.holds_rows(isa::Space::ACT, act_scale, act_scale_stride, m, 4)
           && (!(scaled || biased)
               || sizes.holds(isa::Space::WGT, scale, (biased ? 8 : 4) * n));
}

void Epilogue::put(std::uint8_t *act, const std::uint8_t *wgt, std::int64_t row,
                   std::int64_t column, std::int64_t sum) const {
#pragma HLS INLINE
    float y = float(sum);
    if (scaled) {
        y = y * get_float(wgt, scale + 4 * column);
    }
    y = y * get_float(act, act_scale + row * act_scale_stride);
    if (biased) {
        y = y + get_float(wgt, scale + 4 * (n + column));
    }
    put_float(act, out + row * out_stride + 4 * column, y);
}

namespace {

constexpr std::int64_t SUM_BITS = 48;  // of a DSP48 accumulator

// A sum as the accumulator holds it.
std::int64_t wrapped(std::int64_t sum) {
#pragma HLS INLINE
    const std::uint64_t sign = std::uint64_t(1) << (SUM_BITS - 1);
    const std::uint64_t field = std::uint64_t(sum) & ((sign << 1) - 1);
    return std::int64_t((field ^ sign) - sign);
}

// One instruction with everything resolved.
struct Dense {
    std::int64_t m;
    std::int64_t n;
    std::int64_t k;
    std::int64_t act;
    std::int64_t act_stride;
    std::int64_t weight;
    std::int64_t row_bytes;
    std::int64_t unit_bytes;  // of a row, before its group scales
    int width;
    std::int64_t group;       // weights a group, 0 for none
    bool transposed;
};

// A tile of results: rows m0.., columns n0...
struct Tile {
    std::int64_t m0;
    std::int64_t n0;
    int rows;
    int columns;
    std::int64_t sums[SHAPE_M][SHAPE_N];
};

// 16 activations of a row from column k0 on, zeros from k on.
void activations(const Dense &d, const std::uint8_t *act, std::int64_t row, std::int64_t k0,
                 std::int8_t x[UNIT]) {
#pragma HLS INLINE
    const std::int64_t from = d.act + row * d.act_stride + k0;
    for (int i = 0; i < UNIT; ++i) {
#pragma HLS UNROLL
        x[i] = k0 + i < d.k ? std::int8_t(act[from + i]) : std::int8_t(0);
    }
}

// The chain of a column: 16 multiplications and the adder cascade.
std::int32_t dot(const std::int8_t x[UNIT], const std::int8_t w[UNIT]) {
#pragma HLS INLINE
    std::int32_t sum = 0;
    for (int i = 0; i < UNIT; ++i) {
#pragma HLS UNROLL
        sum += std::int32_t(x[i]) * std::int32_t(w[i]);
    }
    return sum;
}

// Weights [16, columns] of k0.. of the transposed form.
void transposed_weights(const Dense &d, const std::uint8_t *wgt, std::int64_t column,
                        std::int64_t k0, std::int8_t w[UNIT]) {
#pragma HLS INLINE
    for (int i = 0; i < UNIT; ++i) {
#pragma HLS UNROLL
        w[i] = k0 + i < d.k
            ? std::int8_t(wgt[d.weight + (k0 + i) * d.row_bytes + column]) : std::int8_t(0);
    }
}

// Adds the products of 16 columns of k to a tile.
void step(const Dense &d, const std::uint8_t *act, const std::uint8_t *wgt, std::int64_t k0,
          Tile &tile) {
    std::int8_t x[SHAPE_M][UNIT];
#pragma HLS ARRAY_PARTITION variable = x complete dim = 2
    for (int i = 0; i < tile.rows; ++i) {
#pragma HLS PIPELINE II = 1
        activations(d, act, tile.m0 + i, k0, x[i]);
    }
    for (int j = 0; j < tile.columns; ++j) {
#pragma HLS PIPELINE II = 1
        const std::int64_t column = tile.n0 + j;
        std::int8_t w[UNIT];
        std::int32_t scale = 1;
        if (d.transposed) {
            transposed_weights(d, wgt, column, k0, w);
        } else {
            const std::int64_t row = d.weight + column * d.row_bytes;
            expand(wgt + row + k0 / UNIT * 2 * d.width, d.width, w);
            scale = d.group == 0 ? 1 : wgt[row + d.unit_bytes + k0 / d.group];
        }
        for (int i = 0; i < tile.rows; ++i) {
#pragma HLS UNROLL
            tile.sums[i][j] += std::int64_t(dot(x[i], w)) * scale;
        }
    }
}

Dense dense(const Command &c, std::int64_t skipped) {
    Dense d = {};
    const int group = int(isa::get(c.word, isa::mv::group));
    d.m = extent(c.word, isa::mv::m, isa::mv::mMode).resolve(c.registers);
    d.n = extent(c.word, isa::mv::n, isa::mv::nMode).resolve(c.registers);
    d.k = extent(c.word, isa::mv::k, isa::mv::kMode).resolve(c.registers);
    d.act = std::int64_t(isa::get(c.word, isa::mv::act)) + skipped;
    d.act_stride = std::int64_t(isa::get(c.word, isa::mv::actStride));
    d.weight = std::int64_t(isa::get(c.word, isa::mv::weight));
    d.width = width_of(isa::WeightBits(isa::get(c.word, isa::mv::bits)));
    d.group = group_size(group);
    d.transposed = isa::get(c.word, isa::mv::transposed) != 0;
    d.unit_bytes = align16(d.k) / UNIT * 2 * d.width;
    d.row_bytes = d.transposed ? align16(d.n) : d.unit_bytes + groups(group, d.k);
    return d;
}

Epilogue epilogue(const Command &c, const Dense &d, std::int64_t skipped) {
    return Epilogue{isa::get(c.word, isa::mv::scaled) != 0,
                    isa::get(c.word, isa::mv::biased) != 0,
                    std::int64_t(isa::get(c.word, isa::mv::scale)),
                    std::int64_t(isa::get(c.word, isa::mv::actScale)),
                    std::int64_t(isa::get(c.word, isa::mv::actScaleStride)),
                    std::int64_t(isa::get(c.word, isa::mv::out)) + 4 * skipped,
                    std::int64_t(isa::get(c.word, isa::mv::outStride)),
                    d.m,
                    d.n};
}

Report check(const Dense &d, const Epilogue &e, bool last, const Sizes &sizes,
             Budget &budget) {
    if (!fits(d.m) || !fits(d.n) || !fits(d.k)) {
        return report(Fault::LENGTH, d.m);
    }
    const std::int64_t rows = d.transposed ? d.k : d.n;
    // A row has at least a byte, so more of them than the buffer has bytes cannot fit.
    if (rows > sizes.wgt || !sizes.holds(isa::Space::WGT, d.weight, rows * d.row_bytes)) {
        return report(Fault::BUFFER, d.weight);
    }
    if (!sizes.holds_rows(isa::Space::ACT, d.act, d.act_stride, d.m, d.k)) {
        return report(Fault::BUFFER, d.act);
    }
    if (last && !e.inside(sizes)) {
        return report(Fault::BUFFER, e.out);
    }
    // n and k are below 2^31 and bounded by the buffer: n * k <= 8 * 2^31.
    const std::uint64_t work = std::uint64_t(d.n) * std::uint64_t(align16(d.k));
    return budget.left / work >= std::uint64_t(d.m) && budget.take(work * std::uint64_t(d.m))
        ? good() : report(Fault::WATCHDOG, d.m);
}

// Makes the accumulators those of this loop.
Report keep(const Command &c, const Dense &d, Accumulators &a) {
    const std::int64_t out = std::int64_t(isa::get(c.word, isa::mv::out));
    if (d.m > ACCUMULATORS || d.n > ACCUMULATORS || d.m * d.n > ACCUMULATORS) {
        return report(Fault::ACCUMULATORS, d.m);
    }
    if (c.registers.iteration == 0) {
        a.out = out;
        a.size = d.m * d.n;
        for (std::int64_t i = 0; i < a.size; ++i) {
#pragma HLS PIPELINE II = 1
            a.sums[i] = 0;
        }
    } else if (a.out != out || a.size != d.m * d.n) {
        return report(Fault::ACCUMULATORS, out);
    }
    return good();
}

void run_tile(const Dense &d, int units, bool tiled, bool last, const Epilogue &e,
              Accumulators &a, std::uint8_t *act, const std::uint8_t *wgt, Tile &tile) {
    for (int i = 0; i < tile.rows; ++i) {
        for (int j = 0; j < tile.columns; ++j) {
#pragma HLS PIPELINE II = 1
            tile.sums[i][j] =
                tiled ? a.sums[(tile.m0 + i) * d.n + tile.n0 + j] : std::int64_t(0);
        }
    }
    // A step of the array takes `units` units of 16 columns.
    for (std::int64_t k0 = 0; k0 < d.k; k0 += units * UNIT) {
        for (int u = 0; u < units; ++u) {
#pragma HLS UNROLL
            if (k0 + u * UNIT < d.k) {
                step(d, act, wgt, k0 + u * UNIT, tile);
            }
        }
    }
    for (int i = 0; i < tile.rows; ++i) {
        for (int j = 0; j < tile.columns; ++j) {
#pragma HLS PIPELINE II = 1
            const std::int64_t sum = wrapped(tile.sums[i][j]);
            if (last) {
                e.put(act, wgt, tile.m0 + i, tile.n0 + j, sum);
            } else {
                a.sums[(tile.m0 + i) * d.n + tile.n0 + j] = sum;
            }
        }
    }
}

}  // namespace

Report matrix_unit(const Command &command, const Context &context, Budget &budget,
                   Accumulators &accumulators, std::uint8_t act[config::ACT_BYTES],
                   const std::uint8_t wgt[config::WGT_BYTES]) {
    const Registers &r = command.registers;
    const Extent k = extent(command.word, isa::mv::k, isa::mv::kMode);
    const Extent n = extent(command.word, isa::mv::n, isa::mv::nMode);
    const Dense d = dense(command, k.skipped(r));
    if (d.m <= 0 || d.n <= 0 || d.k <= 0) {
        return good();
    }
    const Epilogue e = epilogue(command, d, n.skipped(r));
    const bool last = !k.tiled() || k.skipped(r) + d.k >= r.kept();
    Report found = check(d, e, last, context.sizes, budget);
    if (found.fault == Fault::NONE && k.tiled()) {
        found = keep(command, d, accumulators);
    }
    if (found.fault != Fault::NONE) {
        return found;
    }
    const Shape shape = code(command) == isa::Code::MM
        ? Shape{config::MM_M, config::MM_N, config::MM_K}
        : Shape{config::MV_M, config::MV_N, config::MV_K};
    const int units = shape.k > UNIT ? shape.k / UNIT : 1;
    Tile tile;
#pragma HLS ARRAY_PARTITION variable = tile.sums complete dim = 1
    for (tile.m0 = 0; tile.m0 < d.m; tile.m0 += shape.m) {
        tile.rows = int(d.m - tile.m0 < shape.m ? d.m - tile.m0 : shape.m);
        for (tile.n0 = 0; tile.n0 < d.n; tile.n0 += shape.n) {
            tile.columns = int(d.n - tile.n0 < shape.n ? d.n - tile.n0 : shape.n);
            run_tile(d, units, k.tiled(), last, e, accumulators, act, wgt, tile);
        }
    }
    if (last && k.tiled()) {
        accumulators.out = -1;
    }
    return good();
}

}  // namespace skein
