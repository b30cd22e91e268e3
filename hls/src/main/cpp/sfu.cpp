#include "sfu.h"

#include "expander.h"
#include "number.h"

namespace skein {
namespace {

constexpr isa::Space ACT = isa::Space::ACT;

std::int64_t field(const Command &c, const isa::Field &f) {
    return std::int64_t(isa::get(c.word, f));
}

// Faults before anything is written: lengths, then operands, then work.
Report lengths(std::int64_t rows, std::int64_t cols, Budget &budget) {
    if (!fits(rows) || !fits(cols)) {
        return report(Fault::LENGTH, rows);
    }
    const std::uint64_t work = std::uint64_t(rows) * std::uint64_t(cols + 1);
    return budget.take(work) ? good() : report(Fault::WATCHDOG, rows);
}

// Sum of f(i) over a row, in the order of docs/numbers.md.
template <class F>
float reduce_sum(std::int64_t n, F f) {
    float lanes[REDUCE_LANES];
#pragma HLS ARRAY_PARTITION variable = lanes complete
    for (int l = 0; l < REDUCE_LANES; ++l) {
#pragma HLS UNROLL
        lanes[l] = 0.0f;
    }
    for (std::int64_t i = 0; i < n; ++i) {
#pragma HLS PIPELINE II = 1
#pragma HLS UNROLL factor = config::SFU_LANES
        lanes[i % REDUCE_LANES] += f(i);
    }
    return reduce_lanes(lanes);
}

Report norm(const Command &c, const Sizes &sizes, Budget &budget, std::uint8_t *act,
            const std::uint8_t *par) {
    const std::int64_t n = field(c, isa::norm::cols);
    const std::int64_t rows =
        extent(c.word, isa::norm::rows, isa::norm::rowsMode).resolve(c.registers);
    const bool layer = isa::NormKind(field(c, isa::norm::kind)) == isa::NormKind::LAYER;
    const std::int64_t src = field(c, isa::norm::src);
    const std::int64_t src_stride = field(c, isa::norm::srcStride);
    const std::int64_t dst = field(c, isa::norm::dst);
    const std::int64_t dst_stride = field(c, isa::norm::dstStride);
    const std::int64_t weight = field(c, isa::norm::weight);
    const std::int64_t bias = field(c, isa::norm::bias);
    const float eps = from_bits(std::uint32_t(isa::get(c.word, isa::norm::eps)));
    if (!sizes.holds(isa::Space::PAR, weight, 4 * n)
        || (layer && !sizes.holds(isa::Space::PAR, bias, 4 * n))) {
        return report(Fault::BUFFER, weight);
    }
    if (rows <= 0) {
        return good();
    }
    const Report found = lengths(rows, n, budget);
    if (found.fault != Fault::NONE) {
        return found;
    }
    if (!sizes.holds_rows(ACT, src, src_stride, rows, 4 * n)
        || !sizes.holds_rows(ACT, dst, dst_stride, rows, 4 * n)) {
        return report(Fault::BUFFER, src);
    }
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t from = src + row * src_stride;
        const std::int64_t to = dst + row * dst_stride;
        const float count = float(n);
        const float mean =
            layer ? reduce_sum(n, [&](std::int64_t i) { return get_float(act, from + 4 * i); })
                        / count
                  : 0.0f;
        const float squares = reduce_sum(n, [&](std::int64_t i) {
            const float x = get_float(act, from + 4 * i);
            const float d = layer ? x - mean : x;
            return d * d;
        });
        const float r = 1.0f / std::sqrt(squares / count + eps);
        for (std::int64_t i = 0; i < n; ++i) {
#pragma HLS PIPELINE II = 1
#pragma HLS UNROLL factor = config::SFU_LANES
            const float x = get_float(act, from + 4 * i);
            const float d = layer ? x - mean : x;
            const float y = d * r * get_float(par, weight + 4 * i);
            put_float(act, to + 4 * i, layer ? y + get_float(par, bias + 4 * i) : y);
        }
    }
    return good();
}

Report quantise(const Command &c, const Sizes &sizes, Budget &budget, std::uint8_t *act,
                const std::uint8_t *wgt) {
    const std::int64_t n =
        extent(c.word, isa::quant::cols, isa::quant::colsMode).resolve(c.registers);
    const std::int64_t rows =
        extent(c.word, isa::quant::rows, isa::quant::rowsMode).resolve(c.registers);
    const std::int64_t src = field(c, isa::quant::src);
    const std::int64_t src_stride = field(c, isa::quant::srcStride);
    const std::int64_t dst = field(c, isa::quant::dst);
    const std::int64_t dst_stride = field(c, isa::quant::dstStride);
    const std::int64_t scale = field(c, isa::quant::scale);
    const std::int64_t scale_stride = field(c, isa::quant::scaleStride);
    const bool multiply = field(c, isa::quant::multiply) != 0;
    const std::int64_t factor = field(c, isa::quant::multiplier);
    if (n <= 0 || rows <= 0) {
        return good();
    }
    const Report found = lengths(rows, n, budget);
    if (found.fault != Fault::NONE) {
        return found;
    }
    if ((multiply && !sizes.holds(isa::Space::WGT, factor, 4 * n))
        || !sizes.holds_rows(ACT, src, src_stride, rows, 4 * n)
        || !sizes.holds_rows(ACT, dst, dst_stride, rows, align16(n))
        || !sizes.holds_rows(ACT, scale, scale_stride, rows, 4)) {
        return report(Fault::BUFFER, src);
    }
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t from = src + row * src_stride;
        const std::int64_t to = dst + row * dst_stride;
        const auto value = [&](std::int64_t i) {
            const float x = get_float(act, from + 4 * i);
            return multiply ? x * get_float(wgt, factor + 4 * i) : x;
        };
        float most = 0.0f;
        for (std::int64_t i = 0; i < n; ++i) {
#pragma HLS PIPELINE II = 1
#pragma HLS UNROLL factor = config::SFU_LANES
            most = larger(most, std::fabs(value(i)));
        }
        const bool zero = most < QUANTISE_FLOOR;
        const float inverse = zero ? 0.0f : QUANTISE_MAX / most;
        for (std::int64_t i = 0; i < align16(n); ++i) {
#pragma HLS PIPELINE II = 1
#pragma HLS UNROLL factor = config::SFU_LANES
            std::int32_t q = zero || i >= n ? 0 : round_even(value(i) * inverse);
            q = q > 127 ? 127 : q < -127 ? -127 : q;
            act[to + i] = std::uint8_t(q);
        }
        put_float(act, scale + row * scale_stride, zero ? 0.0f : most / QUANTISE_MAX);
    }
    return good();
}

// One row: `len` columns count, less those of [hidden_from, hidden_to).
void softmax_row(std::uint8_t *act, std::int64_t at, std::int64_t n, std::int64_t len,
                 std::int64_t hidden_from, std::int64_t hidden_to, float factor) {
    const auto hidden = [&](std::int64_t i) { return i >= hidden_from && i < hidden_to; };
    float most = from_bits(0xff800000u);  // minus infinity
    for (std::int64_t i = 0; i < len; ++i) {
#pragma HLS PIPELINE II = 1
#pragma HLS UNROLL factor = config::SFU_LANES
        if (!hidden(i)) {
            most = larger(most, get_float(act, at + 4 * i) * factor);
        }
    }
    for (std::int64_t i = 0; i < n; ++i) {
#pragma HLS PIPELINE II = 1
#pragma HLS UNROLL factor = config::SFU_LANES
        const bool counts = i < len && !hidden(i);
        put_float(act, at + 4 * i,
                  counts ? exponential(get_float(act, at + 4 * i) * factor - most) : 0.0f);
    }
    const float sum =
        reduce_sum(len, [&](std::int64_t i) { return get_float(act, at + 4 * i); });
    const float inverse = 1.0f / sum;
    for (std::int64_t i = 0; i < len; ++i) {
#pragma HLS PIPELINE II = 1
#pragma HLS UNROLL factor = config::SFU_LANES
        put_float(act, at + 4 * i, get_float(act, at + 4 * i) * inverse);
    }
}

Report softmax(const Command &c, const Sizes &sizes, Budget &budget, std::uint8_t *act) {
    const Registers &r = c.registers;
    const std::int64_t n = extent(c.word, isa::softmax::cols, isa::softmax::colsMode).resolve(r);
    const std::int64_t rows =
        extent(c.word, isa::softmax::rows, isa::softmax::rowsMode).resolve(r);
    const std::int64_t data = field(c, isa::softmax::data);
    const std::int64_t stride = field(c, isa::softmax::stride);
    const float factor = from_bits(std::uint32_t(isa::get(c.word, isa::softmax::factor)));
    const bool causal = field(c, isa::softmax::causal) != 0;
    if (n <= 0 || rows <= 0) {
        return good();
    }
    const Report found = lengths(rows, n, budget);
    if (found.fault != Fault::NONE) {
        return found;
    }
    // A causal row is a token: POS + row stays a position, so that spans are defined.
    if (causal && r.position + rows > 2 * LONGEST_CONTEXT) {
        return report(Fault::LENGTH, rows);
    }
    if (!sizes.holds_rows(ACT, data, stride, rows, 4 * n)) {
        return report(Fault::BUFFER, data);
    }
    const std::int64_t gap = r.gap_tokens();
    for (std::int64_t row = 0; row < rows; ++row) {
        std::int64_t len = n;
        std::int64_t hidden_to = 0;
        if (causal) {
            const std::int64_t seen = r.position + row + 1 - gap;
            len = seen < n ? seen : n;
            hidden_to = r.hidden_to(std::int32_t(r.position + row)) - gap;
        }
        softmax_row(act, data + row * stride, n, len, r.gap_from(), hidden_to, factor);
    }
    return good();
}

Report rope(const Command &c, const Sizes &sizes, Budget &budget, std::uint8_t *act,
            const std::uint8_t *par) {
    const std::int64_t rows =
        extent(c.word, isa::rope::rows, isa::rope::rowsMode).resolve(c.registers);
    const std::int64_t heads = field(c, isa::rope::heads);
    const std::int64_t head_dim = field(c, isa::rope::headDim);
    const std::int64_t rotary = field(c, isa::rope::rotaryDim);
    const std::int64_t half = rotary / 2;
    const std::int64_t data = field(c, isa::rope::data);
    const std::int64_t stride = field(c, isa::rope::stride);
    const std::int64_t table = field(c, isa::rope::table);
    const bool interleaved =
        isa::RopeStyle(field(c, isa::rope::style)) == isa::RopeStyle::INTERLEAVED;
    if (rows <= 0) {
        return good();
    }
    const Report found = lengths(rows, heads * head_dim, budget);
    if (found.fault != Fault::NONE) {
        return found;
    }
    if (2 * half > head_dim) {
        return report(Fault::FIELD, rotary);
    }
    if (!sizes.holds_rows(ACT, data, stride, rows, 4 * heads * head_dim)
        || !sizes.holds(isa::Space::PAR, table, 4 * rows * rotary)) {
        return report(Fault::BUFFER, data);
    }
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t angles = table + 4 * row * rotary;
        for (std::int64_t h = 0; h < heads; ++h) {
            const std::int64_t head = data + row * stride + 4 * h * head_dim;
            for (std::int64_t i = 0; i < half; ++i) {
#pragma HLS PIPELINE II = 1
#pragma HLS DEPENDENCE variable = act inter false
                const std::int64_t first = head + 4 * (interleaved ? 2 * i : i);
                const std::int64_t second = head + 4 * (interleaved ? 2 * i + 1 : i + half);
                const float x0 = get_float(act, first);
                const float x1 = get_float(act, second);
                const float cosine = get_float(par, angles + 4 * i);
                const float sine = get_float(par, angles + 4 * (half + i));
                put_float(act, first, x0 * cosine - x1 * sine);
                put_float(act, second, x0 * sine + x1 * cosine);
            }
            // What is not turned goes through the unit as well, for canonical NaNs.
            for (std::int64_t i = 2 * half; i < head_dim; ++i) {
#pragma HLS PIPELINE II = 1
                put_float(act, head + 4 * i, get_float(act, head + 4 * i));
            }
        }
    }
    return good();
}

Report ewise(const Command &c, const Context &context, Budget &budget,
             SKEIN_BUFFER_PARAMETERS) {
    const Sizes &sizes = context.sizes;
    const std::int64_t n = field(c, isa::ewise::cols);
    const std::int64_t rows =
        extent(c.word, isa::ewise::rows, isa::ewise::rowsMode).resolve(c.registers);
    const isa::EwiseFunction fn = isa::EwiseFunction(field(c, isa::ewise::fn));
    const bool last = field(c, isa::ewise::last) != 0;
    const std::int64_t skipped = last ? c.registers.tokens - 1 : 0;
    const std::int64_t a_stride = field(c, isa::ewise::aStride);
    const std::int64_t b_stride = field(c, isa::ewise::bStride);
    const std::int64_t a = field(c, isa::ewise::a) + skipped * a_stride;
    const std::int64_t b = field(c, isa::ewise::b) + skipped * b_stride;
    const std::int64_t a_step = last ? 0 : a_stride;
    const std::int64_t b_step = last ? 0 : b_stride;
    const std::int64_t out = field(c, isa::ewise::out);
    const std::int64_t out_stride = field(c, isa::ewise::outStride);
    const isa::Space b_space = isa::Space(field(c, isa::ewise::bSpace));
    const bool binary = is_binary(fn);
    if (rows <= 0) {
        return good();
    }
    const Report found = lengths(rows, n, budget);
    if (found.fault != Fault::NONE) {
        return found;
    }
    if (!sizes.holds_rows(ACT, a, a_step, rows, 4 * n)
        || (binary && !sizes.holds_rows(b_space, b, b_step, rows, 4 * n))
        || !sizes.holds_rows(ACT, out, out_stride, rows, 4 * n)) {
        return report(Fault::BUFFER, a);
    }
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t i = 0; i < n; ++i) {
#pragma HLS PIPELINE II = 1
#pragma HLS UNROLL factor = config::SFU_LANES
            const float x = get_float(act, a + row * a_step + 4 * i);
            float y = 0.0f;
            if (binary) {
                const std::int64_t at = b + row * b_step + 4 * i;
                y = b_space == isa::Space::WGT ? get_float(wgt, at)
                    : b_space == isa::Space::PAR ? get_float(par, at) : get_float(act, at);
            }
            put_float(act, out + row * out_stride + 4 * i, elementwise(fn, x, y));
        }
    }
    return good();
}

}  // namespace

Report sfu_unit(const Command &command, const Context &context, Budget &budget,
                SKEIN_BUFFER_PARAMETERS) {
    switch (code(command)) {
        case isa::Code::NORM:
            return norm(command, context.sizes, budget, act, par);
        case isa::Code::QUANT:
            return quantise(command, context.sizes, budget, act, wgt);
        case isa::Code::SOFTMAX:
            return softmax(command, context.sizes, budget, act);
        case isa::Code::ROPE:
            return rope(command, context.sizes, budget, act, par);
        default:
            return ewise(command, context, budget, SKEIN_BUFFER_ARGUMENTS);
    }
}

}  // namespace skein
