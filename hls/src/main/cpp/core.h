// A core: its units, the FIFOs between them, and what the host tells it for a step.
#ifndef SKEIN_CORE_H
#define SKEIN_CORE_H

#include "exchange.h"
#include "mpe.h"
#include "movers.h"
#include "sequencer.h"
#include "sfu.h"

namespace skein {

// The words in which the host describes a step to a core, in its memory.
namespace step {
constexpr int POSITION = 0;
constexpr int TOKENS = 1;
constexpr int WORDS = 2;      // instructions of the stream
constexpr int CORES = 3;      // that take part
constexpr int ACT_BYTES = 4;  // what the program was compiled for
constexpr int WGT_BYTES = 5;
constexpr int PAR_BYTES = 6;
constexpr int BUDGET = 7;     // work a unit may do, see Budget
constexpr int BASES = 8;      // base registers at the start
constexpr int REGIONS = 16;   // how many
constexpr int REGION = 17;    // each: offset, bytes, memory + 4 if it is writable
constexpr int REGION_WORDS = 3;
constexpr int SIZE = REGION + REGION_WORDS * MAX_REGIONS;
}  // namespace step

struct Core {
    Context context;
    Fabric fabric;
    Sequencer sequencer;
    Issue load;
    Issue store;
    Issue matrix;
    Issue vector;
    Exchange exchange;
    Budget budgets[UNITS];
    Accumulators accumulators;
    Report failed[UNITS + 1];  // of each unit, then of the sequencer

    // Reads the description of a step; a fault if it is out of range.
    Report start(int core, const std::uint64_t description[step::SIZE]);

    // A turn of each unit that can move, `first` of the six before the others. Returns whether
    // anything moved.
    bool turn(SKEIN_PORT_PARAMETERS const isa::Word *program, Link to[config::CORES],
              Link from[config::CORES], SKEIN_BUFFER_PARAMETERS, int first);

    // The first fault found, or none.
    Report found() const;
};

// Turns of the units that work on an instruction at once.
bool load_turn(SKEIN_PORT_PARAMETERS Issue &issue, Fabric &fabric, const Context &context,
               Budget &budget, SKEIN_BUFFER_PARAMETERS, Report &failed);
bool store_turn(SKEIN_PORT_PARAMETERS Issue &issue, Fabric &fabric, const Context &context,
                Budget &budget, SKEIN_BUFFER_PARAMETERS, Report &failed);
bool matrix_turn(Issue &issue, Fabric &fabric, const Context &context, Budget &budget,
                 Accumulators &accumulators, SKEIN_BUFFER_PARAMETERS, Report &failed);
bool vector_turn(Issue &issue, Fabric &fabric, const Context &context, Budget &budget,
                 SKEIN_BUFFER_PARAMETERS, Report &failed);

}  // namespace skein

#endif
