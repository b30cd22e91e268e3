// A dump: the calls of card.h that set up a card and run steps, written by Java and replayed
// without a JVM. Little-endian, one record after the other:
//   u32 kind, u32 core, u32 a, u32 b, u64 x, u64 y, then y bytes of data where it says so
#ifndef SKEIN_CSIM_DUMP_H
#define SKEIN_CSIM_DUMP_H

#include <cstdint>

namespace skein {
namespace csim {

enum class Kind : std::uint32_t {
    OPEN = 1,        // a cores
    RESERVE = 2,     // a memory, x bytes
    WRITE = 3,       // a memory, x address, y bytes of data
    STREAM = 4,      // y bytes of data
    BUFFERS = 5,     // a act, b wgt, x par
    BASE = 6,        // a base, x value
    NO_REGIONS = 7,
    REGION = 8,      // a memory, b writable, x offset, y bytes (no data)
    STEP = 9,        // a position, b tokens, x budget, y order (no data): has to end well
    EXPECT = 10,     // a memory, x address, y bytes of data: what has to be there
    WORD = 11,       // x index, y = 32 bytes of data: replaces an instruction
    ATTEMPT = 12     // as STEP, but any fault will do
};

struct Record {
    std::uint32_t kind;
    std::uint32_t core;
    std::uint32_t a;
    std::uint32_t b;
    std::uint64_t x;
    std::uint64_t y;
};

inline bool has_data(Kind kind) {
    return kind == Kind::WRITE || kind == Kind::STREAM || kind == Kind::EXPECT
           || kind == Kind::WORD;
}

}  // namespace csim
}  // namespace skein

#endif
