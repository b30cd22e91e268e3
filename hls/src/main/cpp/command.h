// What goes from the sequencer to the queue of a unit, and the tokens between units.
#ifndef SKEIN_COMMAND_H
#define SKEIN_COMMAND_H

#include "board.h"
#include "fault.h"
#include "registers.h"
#include "stream.h"

namespace skein {

constexpr int UNITS = 5;  // LD, ST, MPE, SFU, SYS: those with a queue

// An instruction with the registers at its dispatch.
struct Command {
    isa::Word word;
    std::int32_t index;  // in the stream, for reports
    Registers registers;
    std::uint64_t base;  // value of its base register, if it has one
};

inline isa::Code code(const Command &c) {
    return isa::Code(isa::get(c.word, isa::ld::code));
}

// All FIFOs of a core: a queue for each unit, a token FIFO from each unit to each other one, and
// from each unit a completion for the sequencer, which counts them to know when queues are empty.
struct Fabric {
    Stream<Command, config::QUEUE_DEPTH> queue[UNITS];
    Stream<bool, isa::TOKEN_DEPTH> tokens[UNITS][UNITS];  // [from][to]
    Stream<bool, config::QUEUE_DEPTH + 2> done[UNITS];
};

// The head of a unit's queue on its way: taken, waiting for tokens, run, releasing tokens.
struct Issue {
    enum class Phase { IDLE, WAITING, RUNNING, RELEASING };

    Phase phase = Phase::IDLE;
    Command head = {};
    std::uint32_t releases = 0;  // units still to be told
};

// Takes the head of the queue and all tokens it waits for, if they are there.
inline bool begin(Issue &issue, Fabric &fabric, int unit) {
#pragma HLS INLINE
    if (issue.phase == Issue::Phase::IDLE && fabric.queue[unit].read_nb(issue.head)) {
        issue.phase = Issue::Phase::WAITING;
    }
    if (issue.phase != Issue::Phase::WAITING) {
        return false;
    }
    const std::uint32_t waits = std::uint32_t(isa::get(issue.head.word, isa::ld::waits));
    for (int from = 0; from < UNITS; ++from) {
#pragma HLS UNROLL
        if ((waits >> from & 1) != 0 && fabric.tokens[from][unit].empty()) {
            return false;
        }
    }
    for (int from = 0; from < UNITS; ++from) {
#pragma HLS UNROLL
        bool token;
        if ((waits >> from & 1) != 0) {
            fabric.tokens[from][unit].read_nb(token);
        }
    }
    issue.releases = std::uint32_t(isa::get(issue.head.word, isa::ld::releases));
    issue.phase = Issue::Phase::RUNNING;
    return true;
}

// Releases tokens as far as there is room, then reports the end of the instruction.
inline bool finish(Issue &issue, Fabric &fabric, int unit) {
#pragma HLS INLINE
    if (issue.phase != Issue::Phase::RELEASING) {
        return false;
    }
    bool moved = false;
    for (int to = 0; to < UNITS; ++to) {
#pragma HLS UNROLL
        if ((issue.releases >> to & 1) != 0 && fabric.tokens[unit][to].write_nb(true)) {
            issue.releases &= ~(1u << to);
            moved = true;
        }
    }
    if (issue.releases == 0 && fabric.done[unit].write_nb(true)) {
        issue.phase = Issue::Phase::IDLE;
        moved = true;
    }
    return moved;
}

}  // namespace skein

#endif
