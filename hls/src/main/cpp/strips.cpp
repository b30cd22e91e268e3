#include "mpe.h"
#include "mux.h"

namespace skein {
namespace {

constexpr int ROWS = 16;  // of a strip

// One SPMM or SPMV with everything resolved.
struct Sparse {
    std::int64_t m;
    std::int64_t n;
    std::int64_t k;
    std::int64_t act;
    std::int64_t act_stride;
    std::int64_t weight;
    std::int64_t strip_bytes;
    std::int64_t steps;
    std::int64_t group;        // weights a group, 0 for none
    std::int64_t group_bytes;  // of a strip
    std::int64_t blocks;       // of a strip
    std::int64_t strips;
};

Sparse sparse(const Command &c) {
    Sparse s = {};
    const int group = int(isa::get(c.word, isa::spmv::group));
    s.m = extent(c.word, isa::spmv::m, isa::spmv::mMode).resolve(c.registers);
    s.n = std::int64_t(isa::get(c.word, isa::spmv::n));
    s.k = std::int64_t(isa::get(c.word, isa::spmv::k));
    s.act = std::int64_t(isa::get(c.word, isa::spmv::act));
    s.act_stride = std::int64_t(isa::get(c.word, isa::spmv::actStride));
    s.weight = std::int64_t(isa::get(c.word, isa::spmv::weight));
    s.strip_bytes = std::int64_t(isa::get(c.word, isa::spmv::stripBytes));
    s.steps = std::int64_t(isa::get(c.word, isa::spmv::steps));
    s.group = group_size(group);
    s.group_bytes = ROWS * groups(group, s.k);
    s.blocks = (s.k + UNIT - 1) / UNIT;
    s.strips = (s.n + ROWS - 1) / ROWS;
    return s;
}

Epilogue epilogue(const Command &c, const Sparse &s) {
    return Epilogue{true,
                    isa::get(c.word, isa::spmv::biased) != 0,
                    s.weight + s.strips * s.strip_bytes,
                    std::int64_t(isa::get(c.word, isa::spmv::actScale)),
                    std::int64_t(isa::get(c.word, isa::spmv::actScaleStride)),
                    std::int64_t(isa::get(c.word, isa::spmv::out)),
                    std::int64_t(isa::get(c.word, isa::spmv::outStride)),
                    s.m,
                    s.n};
}

Report check(const Sparse &s, const Epilogue &e, const Sizes &sizes, Budget &budget) {
    if (s.n < 1 || s.k < 1) {
        return report(Fault::FIELD, s.n);
    }
    if (!fits(s.m)) {
        return report(Fault::LENGTH, s.m);
    }
    // The header alone has to lie inside its strip before it is read.
    if (s.strip_bytes < s.blocks + s.group_bytes) {
        return report(Fault::STRIP, s.strip_bytes);
    }
    if (!sizes.holds(isa::Space::WGT, s.weight, s.strips * s.strip_bytes)) {
        return report(Fault::BUFFER, s.weight);
    }
    if (!sizes.holds_rows(isa::Space::ACT, s.act, s.act_stride, s.m, s.k)) {
        return report(Fault::BUFFER, s.act);
    }
    if (!e.inside(sizes)) {
        return report(Fault::BUFFER, e.out);
    }
    const std::uint64_t work = std::uint64_t(s.strips * ROWS) * std::uint64_t(s.blocks * UNIT);
    return budget.left / work >= std::uint64_t(s.m) && budget.take(work * std::uint64_t(s.m))
        ? good() : report(Fault::WATCHDOG, s.m);
}

// Compares all headers with the size and the steps that the instruction states.
Report check_headers(const Sparse &s, const std::uint8_t *wgt) {
    for (std::int64_t strip = 0; strip < s.strips; ++strip) {
        const std::int64_t at = s.weight + strip * s.strip_bytes;
        std::int64_t payload = 0;
        std::int64_t eighths = 0;
        for (std::int64_t b = 0; b < s.blocks; ++b) {
#pragma HLS PIPELINE II = 1
            const BlockClass block = block_class(wgt[at + b]);
            if (!block.known) {
                return report(Fault::STRIP, strip);
            }
            payload += block.bytes();
            eighths += block.eighths;
        }
        const std::int64_t steps = eighths > 8 ? (eighths + 7) / 8 : 1;
        if (align16(payload + s.blocks + s.group_bytes) != s.strip_bytes || steps != s.steps) {
            return report(Fault::STRIP, strip);
        }
    }
    return good();
}

// A block row by row: the multiplexer picks the activations, the chain multiplies them.
Report multiply(const Sparse &s, const BlockClass &block, std::int64_t column0,
                const std::uint8_t *act, const std::uint8_t *payload,
                const std::uint8_t scales[ROWS], std::int64_t m0, int rows,
                std::int64_t sums[SHAPE_M][ROWS]) {
    const std::uint8_t *string = payload + ROWS * block.index_bytes;
    for (int row = 0; row < ROWS; ++row) {
        std::uint8_t columns[UNIT];
        const int kept = positions(block, payload + row * block.index_bytes, columns);
        if (kept < 0) {
            return report(Fault::STRIP, row);
        }
        std::int8_t w[UNIT];
        for (int i = 0; i < kept; ++i) {
#pragma HLS UNROLL
            w[i] = string_weight(string, row * kept + i, block.width);
        }
        for (int x = 0; x < rows; ++x) {
#pragma HLS PIPELINE II = 1
            const std::int64_t from = s.act + (m0 + x) * s.act_stride + column0;
            std::int32_t sum = 0;
            for (int i = 0; i < kept; ++i) {
#pragma HLS UNROLL
                const bool inside = column0 + columns[i] < s.k;
                sum += inside ? std::int8_t(act[from + columns[i]]) * w[i] : 0;
            }
            sums[x][row] += std::int64_t(sum) * scales[row];
        }
    }
    return good();
}

Report run_strip(const Sparse &s, std::int64_t strip, std::int64_t m0, int rows,
                 const std::uint8_t *act, const std::uint8_t *wgt,
                 std::int64_t sums[SHAPE_M][ROWS]) {
    const std::int64_t header = s.weight + strip * s.strip_bytes;
    std::int64_t payload_bytes = 0;
    for (std::int64_t b = 0; b < s.blocks; ++b) {
#pragma HLS PIPELINE II = 1
        payload_bytes += block_class(wgt[header + b]).bytes();
    }
    std::int64_t at = header + s.blocks;
    const std::int64_t scales_at = at + payload_bytes;
    for (std::int64_t b = 0; b < s.blocks; ++b) {
        const BlockClass block = block_class(wgt[header + b]);
        std::uint8_t scales[ROWS];
        for (int row = 0; row < ROWS; ++row) {
#pragma HLS UNROLL
            scales[row] = s.group == 0
                ? std::uint8_t(1) : wgt[scales_at + b * UNIT / s.group * ROWS + row];
        }
        const Report found =
            multiply(s, block, b * UNIT, act, wgt + at, scales, m0, rows, sums);
        if (found.fault != Fault::NONE) {
            return report(found.fault, strip);
        }
        at += block.bytes();
    }
    return good();
}

}  // namespace

Report strip_unit(const Command &command, const Context &context, Budget &budget,
                  std::uint8_t act[config::ACT_BYTES],
                  const std::uint8_t wgt[config::WGT_BYTES]) {
    const Sparse s = sparse(command);
    if (s.m <= 0) {
        return good();
    }
    const Epilogue e = epilogue(command, s);
    Report found = check(s, e, context.sizes, budget);
    if (found.fault == Fault::NONE) {
        found = check_headers(s, wgt);
    }
    const int shape_m = code(command) == isa::Code::SPMM ? config::MM_M : config::MV_M;
    std::int64_t sums[SHAPE_M][ROWS];
#pragma HLS ARRAY_PARTITION variable = sums complete dim = 2
    for (std::int64_t m0 = 0; m0 < s.m && found.fault == Fault::NONE; m0 += shape_m) {
        const int rows = int(s.m - m0 < shape_m ? s.m - m0 : shape_m);
        for (std::int64_t strip = 0; strip < s.strips && found.fault == Fault::NONE; ++strip) {
            for (int x = 0; x < rows; ++x) {
                for (int row = 0; row < ROWS; ++row) {
#pragma HLS UNROLL
                    sums[x][row] = 0;
                }
            }
            found = run_strip(s, strip, m0, rows, act, wgt, sums);
            for (int x = 0; x < rows && found.fault == Fault::NONE; ++x) {
                for (int row = 0; row < ROWS && strip * ROWS + row < s.n; ++row) {
#pragma HLS PIPELINE II = 1
                    e.put(act, wgt, m0 + x, strip * ROWS + row, sums[x][row]);
                }
            }
        }
    }
    return found;
}

}  // namespace skein
