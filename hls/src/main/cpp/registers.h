// The sequencer's length registers as an instruction sees them, and the lengths and row ranges
// that follow from them (docs/isa.md, "Lengths and addresses" and "Spans").
#ifndef SKEIN_REGISTERS_H
#define SKEIN_REGISTERS_H

#include "isa.h"

namespace skein {

constexpr int SPAN_BLOCK = 64;                        // tokens
constexpr std::int32_t LONGEST_CONTEXT = 1 << 20;     // tokens
constexpr std::int64_t LARGEST_LENGTH = 0x7fffffff;   // elements

struct Registers {
    std::int32_t position;   // POS
    std::int32_t tokens;     // CNT
    std::int32_t iteration;  // of the innermost loop
    std::int32_t global;     // span, in blocks of 64 tokens
    std::int32_t window;
    std::int32_t growth;

    // First block of the window of the token at a position.
    std::int32_t first(std::int32_t at) const {
        if (window == 0) {
            return 0;
        }
        const std::int32_t block = at / SPAN_BLOCK;
        const std::int32_t grown = window + (growth * block >> 8);
        const std::int32_t from = block - (grown > 1 ? grown : 1) + 1;
        return from > global ? from : global;
    }

    // Tokens before the gap, if there is one.
    std::int32_t gap_from() const { return SPAN_BLOCK * global; }

    // Tokens that no token of this step sees.
    std::int32_t gap_tokens() const { return SPAN_BLOCK * (first(position) - global); }

    // One past the last token that the one at this position does not see.
    std::int32_t hidden_to(std::int32_t at) const { return SPAN_BLOCK * first(at); }

    // KEPT: tokens of the context that some token of the step sees.
    std::int32_t kept() const { return position + tokens - gap_tokens(); }
};

// An immediate and how the registers enter.
struct Extent {
    std::int64_t imm;
    isa::ExtentMode mode;

    bool tiled() const { return mode == isa::ExtentMode::TILE; }

    // Elements; not positive if a tile lies past the context.
    std::int64_t resolve(const Registers &r) const {
        switch (mode) {
            case isa::ExtentMode::TOKENS:
                return imm * r.tokens;
            case isa::ExtentMode::CONTEXT:
                return imm * r.kept();
            case isa::ExtentMode::TILE: {
                const std::int64_t rest = r.kept() - imm * r.iteration;
                return rest < imm ? rest : imm;
            }
            case isa::ExtentMode::FIXED:
                break;
        }
        return imm;
    }

    // Elements by which a tiled operand has advanced.
    std::int64_t skipped(const Registers &r) const { return tiled() ? imm * r.iteration : 0; }

    // Iterations of a loop.
    std::int64_t trips(const Registers &r) const {
        return tiled() ? (r.kept() + imm - 1) / imm : resolve(r);
    }

    // Elements for each token of the context.
    std::int64_t per_token() const {
        return mode == isa::ExtentMode::CONTEXT ? imm : mode == isa::ExtentMode::TILE ? 1 : 0;
    }
};

inline Extent extent(const isa::Word &word, const isa::Field &imm, const isa::Field &mode) {
    return Extent{std::int64_t(isa::get(word, imm)), isa::ExtentMode(isa::get(word, mode))};
}

inline bool fits(std::int64_t length) {
    return length <= LARGEST_LENGTH;
}

// Rows that a transfer moves: two ranges if the gap of the span lies between.
struct RowRanges {
    std::int64_t first;
    std::int64_t count;
    std::int64_t second;
    std::int64_t second_count;
};

inline RowRanges row_ranges(const Extent &count, const Registers &r) {
    const std::int64_t from = count.skipped(r);
    const std::int64_t resolved = count.resolve(r);
    const std::int64_t rows = resolved > 0 ? resolved : 0;
    const std::int64_t gap = count.per_token() * r.gap_tokens();
    if (gap == 0) {
        return RowRanges{from, rows, from + rows, 0};
    }
    const std::int64_t before = count.per_token() * r.gap_from() - from;
    if (before <= 0) {
        return RowRanges{from + gap, rows, from + gap + rows, 0};
    }
    const std::int64_t head = before < rows ? before : rows;
    return RowRanges{from, head, from + head + gap, rows - head};
}

}  // namespace skein

#endif
