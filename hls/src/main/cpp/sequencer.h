// Instruction fetch, decode and dispatch of a core: reads the stream, expands loops and
// repetitions, keeps the base and length registers, and fills the queues of the units.
#ifndef SKEIN_SEQUENCER_H
#define SKEIN_SEQUENCER_H

#include "command.h"

namespace skein {

constexpr int MAX_DEPTH = 4;                        // loops in loops
constexpr std::int32_t STEP_LIMIT = 67108864;       // instructions of a step on a core

// The words around the instruction pointer: one burst, read again when the pointer leaves it.
struct Fetch {
    isa::Word block[config::FETCH_WORDS];
    std::int32_t first;  // index of its first word, -1 if it holds nothing

    // `index` is below `count`.
    isa::Word at(const isa::Word *program, std::int32_t count, std::int32_t index);
};

struct Sequencer {
    Fetch fetch;
    std::int32_t count;  // words of the stream
    std::int32_t index;
    std::int32_t depth;
    std::int32_t heads[MAX_DEPTH];
    std::int64_t trips[MAX_DEPTH];
    std::int64_t iterations[MAX_DEPTH];
    std::int32_t repetition;   // index of the open REP, -1 outside
    std::int64_t repetitions;  // trips still to come
    Registers registers;
    std::uint64_t bases[isa::BASES];
    std::int32_t outstanding[UNITS];  // dispatched and not over
    std::int64_t dispatched;          // in this step
    bool ended;
    Report failed;

    void start(std::int32_t words, std::int32_t position, std::int32_t tokens,
               const std::uint64_t start[isa::BASES]);

    // Counts what has ended, then dispatches or executes one instruction if that may go now.
    // Returns whether anything moved.
    bool turn(const isa::Word *program, Fabric &fabric);

private:
    bool drained() const;
    bool dispatch(const isa::Word &word, isa::Unit unit, Fabric &fabric);
    void own(const isa::Word &word, isa::Code code);
    void enter(const isa::Word &word);
    void repeat();
    void fail(const Report &why);
};

}  // namespace skein

#endif
