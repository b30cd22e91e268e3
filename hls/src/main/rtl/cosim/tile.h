// The load path in front of the MPE's buffers: takes a tile apart into the words of skein_operands,
// makes the schedule from the headers of strips (docs/numbers.md), spreads both over the memories,
// and says which sums lie where.
#ifndef SKEIN_COSIM_TILE_H
#define SKEIN_COSIM_TILE_H

#include <cstdint>
#include <cstring>
#include <vector>

namespace tile {

constexpr int PAIRS = 8;
constexpr int VPUS = 2 * PAIRS;
constexpr int LANES = VPUS / 2;
constexpr int X_ROWS = 2 * PAIRS;
constexpr int GROUPS = 8;
constexpr int SLICES = 2 * GROUPS;
constexpr int ROWS_OF_STRIP = 16;
constexpr int X_WORDS = 1024;
constexpr int W_WORDS = 16384;
constexpr int S_WORDS = 16384;
constexpr int R_WORDS = 16384;
constexpr int NO_WIDTH = 7;
constexpr int CASCADE = 4;
// Codes of SparsePattern and WeightBits.
constexpr int KEPT[] = {0, 2, 4, 8, 12, 16};
constexpr int INDEX_BYTES[] = {0, 1, 2, 2, 2, 0};
constexpr int SLICES_OF[] = {0, 2, 4, 8, 16, 16};
constexpr int BITS[] = {2, 3, 4, 5, 8};

enum Opcode { MM, MV, SPMM, SPMV };
enum Refusal { TOO_LARGE = -1, NOT_A_STRIP = -2, NOT_AN_OPERATION = -3, STUCK = -4 };

// As Java writes it: dev.skein.sim.rtl.RtlMpe.
struct Operation {
    std::int32_t opcode, m, n, k, act, actStride, weight, bits, groupSize, transposed, stripBytes,
        steps, first;
};

struct Refused {
    Refusal why;
};

// One step of one VPU: what skein_operands takes.
struct Word {
    std::uint16_t fields[GROUPS] = {};
    std::uint8_t columns[GROUPS] = {};
    std::uint8_t scales[GROUPS] = {};

    void put(int slice, int value, int bits, int column, int scale) {
        int g = slice / 2;
        int mask = (1 << bits) - 1;
        fields[g] |= static_cast<std::uint16_t>((value & mask) << (slice % 2) * bits);
        columns[g] |= static_cast<std::uint8_t>(column << 4 * (slice % 2));
        scales[g] = static_cast<std::uint8_t>(scale);
    }
};
static_assert(sizeof(Word) == 32, "a word of 256 bits");

// One half of a step of the schedule.
struct Half {
    std::uint16_t entries[GROUPS];
    Half() {
        for (auto &e : entries) {
            e = NO_WIDTH << 12;
        }
    }
};

struct Step {
    Half halves[2];
    int rowsLog2 = 0;
    int slot = 0;

    // 261 bits: the entries, then slot and rowsLog2.
    void write(std::uint32_t *to) const {
        std::memcpy(to, halves, sizeof halves);
        to[8] = static_cast<std::uint32_t>(slot | rowsLog2 << 3);
    }
};

struct Loops {
    int tiles, groups, steps, stride;
    long total() const { return static_cast<long>(tiles) * groups * steps; }
};

inline int widthCode(int bits) {
    for (int code = 0; code < 5; code++) {
        if (BITS[code] == bits) {
            return code;
        }
    }
    throw Refused{NOT_AN_OPERATION};
}

inline int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
}

inline int field(const std::uint8_t *from, long bit, int bits) {
    int value = 0;
    for (int i = 0; i < bits; i++) {
        value |= (from[(bit + i) / 8] >> (bit + i) % 8 & 1) << i;
    }
    return value;
}

// A strip: classes of its blocks, and where their payload begins.
struct Strip {
    const std::uint8_t *at;
    std::vector<int> pattern, width;
    std::vector<long> payload;
    long scales = 0;
    int blocks;

    Strip(const std::uint8_t *from, int k, long bytes) : at(from), blocks(ceilDiv(k, 16)) {
        long offset = blocks;
        for (int b = 0; b < blocks; b++) {
            int p = at[b] & 7;
            int w = at[b] >> 3;
            if (p > 5 || w > 4 || offset > bytes) {
                throw Refused{NOT_A_STRIP};
            }
            pattern.push_back(p);
            width.push_back(w);
            payload.push_back(offset);
            offset += ROWS_OF_STRIP * INDEX_BYTES[p] + 2 * KEPT[p] * BITS[w];
        }
        scales = offset;
        if (offset > bytes) {
            throw Refused{NOT_A_STRIP};
        }
    }

    int kept(int b) const { return KEPT[pattern[b]]; }
    int slices(int b) const { return SLICES_OF[pattern[b]]; }

    int scale(int row, int column, int groupSize) const {
        return groupSize == 0 ? 1 : at[scales + ROWS_OF_STRIP * (column / groupSize) + row];
    }

    int weight(int b, int row, int i) const {
        int p = pattern[b];
        const std::uint8_t *packed = at + payload[b] + ROWS_OF_STRIP * INDEX_BYTES[p];
        int bits = BITS[width[b]];
        return field(packed, static_cast<long>(row * KEPT[p] + i) * bits, bits);
    }

    // Column in its block of kept weight i of a row.
    int column(int b, int row, int i) const {
        const std::uint8_t *index = at + payload[b] + row * INDEX_BYTES[pattern[b]];
        switch (INDEX_BYTES[pattern[b]]) {
        case 0: return i;
        case 1: return i == 0 ? index[0] & 15 : index[0] >> 4;
        default:
            int mask = index[0] | index[1] << 8;
            for (int c = 0; c < 16; c++) {
                if ((mask >> c & 1) != 0 && i-- == 0) {
                    return c;
                }
            }
            throw Refused{NOT_A_STRIP};
        }
    }
};

inline bool isMv(const Operation &op) {
    return op.opcode == MV || op.opcode == SPMV;
}

inline Loops loopsOf(const Operation &op) {
    int blocks = ceilDiv(op.k, 16);
    switch (op.opcode) {
    case MM: return {ceilDiv(op.m, X_ROWS), ceilDiv(op.n, 2), blocks, blocks};
    case MV: return {op.m, ceilDiv(op.n, LANES), ceilDiv(op.k, 32), blocks};
    case SPMM: return {ceilDiv(op.m, X_ROWS), ceilDiv(op.n, 16), 8 * op.steps, blocks};
    case SPMV: return {op.m, ceilDiv(op.n, LANES), ceilDiv(op.steps, 2), blocks};
    default: throw Refused{NOT_AN_OPERATION};
    }
}

inline void check(const Operation &op, const Loops &loops) {
    if (op.m < 1 || op.n < 1 || op.k < 1 || op.bits < 0 || op.groupSize < 0) {
        throw Refused{NOT_AN_OPERATION};
    }
    if (static_cast<long>(loops.tiles) * loops.groups * (op.opcode == SPMM ? 8 : 1) > R_WORDS
        || static_cast<long>(loops.tiles) * loops.stride > X_WORDS
        || loops.steps > 65535 || ceilDiv(op.k, 16) > 4095) {
        throw Refused{TOO_LARGE};
    }
}

// What the memories are to hold for an operation.
struct Tile {
    std::vector<Word> words[VPUS];
    std::vector<Step> schedule;

    Tile(const Operation &op, const std::uint8_t *wgt, const Loops &loops) {
        if (op.opcode == MM || op.opcode == MV) {
            dense(op, wgt, loops);
        } else {
            strips(op, wgt, loops);
        }
    }

    long weightWords() const {
        std::size_t longest = 0;
        for (const auto &memory : words) {
            longest = memory.size() > longest ? memory.size() : longest;
        }
        return static_cast<long>(longest);
    }

    Word at(int vpu, long index) const {
        return static_cast<std::size_t>(index) < words[vpu].size() ? words[vpu][index] : Word{};
    }

    // Block at % stride of the row of x that bank holds in tile at / stride; 16 bytes.
    void x(const Operation &op, const std::uint8_t *act, const Loops &loops, long at, int bank,
           std::uint8_t *to) const {
        long tile = at / loops.stride;
        int column = 16 * static_cast<int>(at % loops.stride);
        long row = isMv(op) ? tile : tile * X_ROWS + bank;
        int count = op.k - column < 16 ? op.k - column : 16;
        std::memset(to, 0, 16);
        if (row < op.m && count > 0) {
            std::memcpy(to, act + op.act + row * op.actStride + column, count);
        }
    }

  private:
    Word &word(int vpu, long index) {
        if (index >= W_WORDS) {
            throw Refused{TOO_LARGE};
        }
        auto &memory = words[vpu];
        if (memory.size() <= static_cast<std::size_t>(index)) {
            memory.resize(index + 1);
        }
        return memory[index];
    }

    // MM: word of row c of its group, and index of the word in the order of steps.
    Word &inMm(int c, long index) {
        return word(static_cast<int>(2 * (index % PAIRS)) + c, index / PAIRS);
    }

    void dense(const Operation &op, const std::uint8_t *wgt, const Loops &loops);
    void strips(const Operation &op, const std::uint8_t *wgt, const Loops &loops);
    void stripInMm(const Operation &op, const Strip &strip, int g, const Loops &loops);
    void stripInMv(const Operation &op, const Strip &strip, int index, const Loops &loops);
};

inline void Tile::dense(const Operation &op, const std::uint8_t *wgt, const Loops &loops) {
    int units = ceilDiv(op.k, 16);
    int scales = op.groupSize == 0 ? 0 : ceilDiv(16 * units, op.groupSize);
    long rowBytes = op.transposed ? (op.n + 15L) / 16 * 16 : 2L * op.bits * units + scales;
    bool mv = op.opcode == MV;
    for (int n = 0; n < op.n; n++) {
        for (int u = 0; u < units; u++) {
            int lane = mv ? n % LANES : n % 2;
            long index = mv ? static_cast<long>(n / LANES) * loops.steps + u / 2
                            : static_cast<long>(n / 2) * loops.steps + u;
            Word &to = mv ? word(2 * lane + u % 2, index) : inMm(lane, index);
            const std::uint8_t *row = wgt + op.weight + n * rowBytes;
            int scale = op.groupSize == 0 ? 1 : row[2L * op.bits * units + 16 * u / op.groupSize];
            for (int j = 0; j < 16; j++) {
                int k = 16 * u + j;
                int value = !op.transposed ? field(row + 2L * op.bits * u, j * op.bits, op.bits)
                    : k < op.k ? wgt[op.weight + k * rowBytes + n] : 0;
                to.put(j, value, op.bits, 0, scale);
            }
        }
    }
}

// Units of 16 kept weights: 16 / N rows of one block, both VPUs of a pair 8 rows each.
inline void Tile::stripInMm(const Operation &op, const Strip &strip, int g, const Loops &loops) {
    long index = static_cast<long>(g) * loops.steps;
    long end = index + loops.steps;
    for (int b = 0; b < strip.blocks; b++) {
        int slices = strip.slices(b);
        int rows = slices == 0 ? 0 : SLICES / slices;
        for (int slot = 0; rows != 0 && slot < 8; slot += rows, index++) {
            if (index == end) {
                throw Refused{NOT_A_STRIP};
            }
            Step step;
            step.slot = slot;
            step.rowsLog2 = rows == 1 ? 0 : rows == 2 ? 1 : rows == 4 ? 2 : 3;
            for (int s = 0; s < rows * slices; s++) {
                int i = s % slices;
                if (i >= strip.kept(b)) {
                    continue;
                }
                for (int c = 0; c < 2; c++) {
                    int row = 8 * c + slot + s / slices;
                    int column = strip.column(b, row, i);
                    inMm(c, index).put(s, strip.weight(b, row, i), BITS[strip.width[b]], column,
                        strip.scale(row, 16 * b + column, op.groupSize));
                }
                bool goesOn = i / 2 % CASCADE != 0;
                step.halves[0].entries[s / 2] = static_cast<std::uint16_t>(
                    b | strip.width[b] << 12 | (goesOn ? 1 << 15 : 0));
            }
            schedule[index] = step;
        }
    }
}

// The kept weights of each row one after the other, 32 a step: dev.skein.sim.rtl.ChainSchedule.
inline void Tile::stripInMv(const Operation &op, const Strip &strip, int index,
                            const Loops &loops) {
    constexpr int REUSE = LANES < ROWS_OF_STRIP ? ROWS_OF_STRIP / LANES : 1;
    long at = static_cast<long>(index) * loops.steps;
    int slice = 0;
    int cascaded = 0;
    int scaleGroup = -1;
    for (int b = 0; b < strip.blocks; b++) {
        for (int i = 0; i < strip.slices(b); i++, slice++) {
            int step = slice / (2 * SLICES);
            int half = slice / SLICES % 2;
            if (step >= loops.steps) {
                throw Refused{NOT_A_STRIP};
            }
            if (slice % 2 == 0) {
                int group = op.groupSize == 0 ? 0 : 16 * b / op.groupSize;
                bool goesOn = slice % SLICES != 0 && group == scaleGroup && cascaded < CASCADE;
                cascaded = goesOn ? cascaded + 1 : 1;
                scaleGroup = group;
                schedule[at + step].halves[half].entries[slice % SLICES / 2] =
                    static_cast<std::uint16_t>(b | strip.width[b] << 12 | (goesOn ? 1 << 15 : 0));
            }
            for (int row = 0; row < ROWS_OF_STRIP; row++) {
                long g = static_cast<long>(index) * REUSE + row / LANES;
                Word &to = word(2 * (row % LANES) + half, g * loops.steps + step);
                int scale = strip.scale(row, 16 * b, op.groupSize);
                if (i < strip.kept(b)) {
                    to.put(slice % SLICES, strip.weight(b, row, i), BITS[strip.width[b]],
                        strip.column(b, row, i), scale);
                } else {
                    to.scales[slice % SLICES / 2] = static_cast<std::uint8_t>(scale);
                }
            }
        }
    }
}

inline void Tile::strips(const Operation &op, const std::uint8_t *wgt, const Loops &loops) {
    int strips = ceilDiv(op.n, ROWS_OF_STRIP);
    long steps = static_cast<long>(strips) * loops.steps;
    if (steps > S_WORDS) {
        throw Refused{TOO_LARGE};
    }
    schedule.resize(steps);
    for (int s = 0; s < strips; s++) {
        Strip strip(wgt + op.weight + static_cast<long>(s) * op.stripBytes, op.k, op.stripBytes);
        if (op.opcode == SPMM) {
            stripInMm(op, strip, s, loops);
        } else {
            stripInMv(op, strip, s, loops);
        }
    }
}

// The sums of VPU v at a place of its results, hi and lo as 48 bits each.
inline void place(const Operation &op, const Loops &loops, long at, int v, std::int64_t hi,
                  std::int64_t lo, std::int64_t *sums) {
    int rows = op.opcode == SPMM ? 8 : 1;
    long tile = at / rows / loops.groups;
    int group = static_cast<int>(at / rows % loops.groups);
    if (isMv(op)) {
        int n = LANES * group + v / 2;
        if (v % 2 == 0 && n < op.n) {
            sums[tile * op.n + n] = hi;
        }
        return;
    }
    int n = rows == 8 ? 16 * group + 8 * (v % 2) + static_cast<int>(at % rows)
                      : 2 * group + v % 2;
    long m = tile * X_ROWS + 2 * (v / 2);
    if (n < op.n && m < op.m) {
        sums[m * op.n + n] = hi;
    }
    if (n < op.n && m + 1 < op.m) {
        sums[(m + 1) * op.n + n] = lo;
    }
}

inline long places(const Operation &op, const Loops &loops) {
    return static_cast<long>(loops.tiles) * loops.groups * (op.opcode == SPMM ? 8 : 1);
}

// A sum of 48 bits at some byte.
inline std::int64_t sum(const void *from) {
    std::int64_t value = 0;
    std::memcpy(&value, from, 6);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << 16) >> 16;
}

}  // namespace tile

#endif
