// Why a core stopped before the end of its program. A verified program on a good image raises
// none; a kernel never does what it would name.
#ifndef SKEIN_FAULT_H
#define SKEIN_FAULT_H

#include <cstdint>

namespace skein {

enum class Fault : std::int32_t {
    NONE = 0,
    CODE = 1,          // no instruction has this code
    UNUSED_BITS = 2,   // bits of no field are set
    FIELD = 3,         // a field holds what it may not
    TOKENS = 4,        // tokens from or to the unit itself, or of the sequencer
    LENGTH = 5,        // a length past 2^31 - 1, or a loop of no trips
    BUFFER = 6,        // an access leaves its on-chip buffer
    MEMORY = 7,        // an access is not inside one region, or writes one that is read only
    ROW = 8,           // a gathered row ends outside its table
    STRIP = 9,         // a strip is not what its instruction says, or is none
    ACCUMULATORS = 10, // tiled k: too many sums, or none from iteration 0
    NESTING = 11,      // loops or repetitions that do not match
    NO_END = 12,       // the stream runs past its last word
    TOO_LONG = 13,     // more instructions in a step than a verified program executes
    DEADLOCK = 14,     // every unit waits for another one
    WATCHDOG = 15,     // more work than the host allows a step
    STEP = 16          // POS or CNT out of range
};

// What a core reports: the first fault, where it was found, and a number that goes with it.
struct Report {
    Fault fault;
    std::int32_t instruction;  // index in the stream
    std::int64_t detail;       // address, row number or value
};

inline Report report(Fault fault, std::int64_t detail = 0) {
    return Report{fault, -1, detail};
}

inline Report good() {
    return report(Fault::NONE);
}

// Work that a unit may still do in a step: multiplications, elements or bytes. Counted before an
// instruction starts, so that no malformed length keeps a card busy for hours.
struct Budget {
    std::uint64_t left;

    bool take(std::uint64_t work) {
        if (work > left) {
            return false;
        }
        left -= work;
        return true;
    }
};

}  // namespace skein

#endif
