// The top of the kernel, one for each SLR: its ports and its dataflow region. Its name is the macro
// SKEIN_KERNEL, since cores with unlike ports are unlike kernels. The C-simulation runs the same
// units by Core::turn instead of these processes, since it has one thread.
#include "core.h"

#ifndef SKEIN_KERNEL
#define SKEIN_KERNEL skein_core
#endif

namespace skein {
namespace {

constexpr int LD = int(isa::Unit::LD);
constexpr int ST = int(isa::Unit::ST);
constexpr int MPE = int(isa::Unit::MPE);
constexpr int SFU = int(isa::Unit::SFU);
constexpr int SYS = int(isa::Unit::SYS);

// Tells each process that the step is over, by END of the sequencer or by a fault.
using Stop = Stream<bool, 2>;

void sequence(const isa::Word *program, Core &core, Stop stop[UNITS + config::CORES],
              Stop faults[UNITS]) {
    bool failed = false;
    while (!core.sequencer.ended && !failed && core.sequencer.failed.fault == Fault::NONE) {
        core.sequencer.turn(program, core.fabric);
        for (int u = 0; u < UNITS; ++u) {
#pragma HLS UNROLL
            bool fault;
            failed |= faults[u].read_nb(fault);
        }
    }
    core.failed[UNITS] = core.sequencer.failed;
    for (int p = 0; p < UNITS + config::CORES - 1; ++p) {
#pragma HLS UNROLL
        stop[p].write_nb(true);
    }
}

// Turns of a unit until the step is over.
template <class Turn>
void process(Stop &stop, Stop &fault, const Report &failed, Turn turn) {
#pragma HLS INLINE
    bool over = false;
    bool told = false;
    while (!over) {
        turn();
        if (failed.fault != Fault::NONE && !told) {
            told = fault.write_nb(true);
        }
        bool ignored;
        over = stop.read_nb(ignored);
    }
}

// Streams of the exchange are by core, those of the kernel by distance: peer i is core c + 1 + i.
void relay(int core, int peer, Link to[config::CORES], Link from[config::CORES], Link &tx, Link &rx,
           Stop &stop) {
    const int other = (core + 1 + peer) % config::CORES;
    bool over = false;
    bool sending = false;
    bool receiving = false;
    Packet sent;
    Packet received;
    while (!over) {
        for (int c = 0; c < config::CORES; ++c) {
#pragma HLS UNROLL
            if (c == other) {
                sending = sending || to[c].read_nb(sent);
                receiving = receiving && !from[c].write_nb(received);
            }
        }
        sending = sending && !tx.write_nb(sent);
        receiving = receiving || rx.read_nb(received);
        bool ignored;
        over = stop.read_nb(ignored);
    }
}

}  // namespace
}  // namespace skein

#define SKEIN_TEXT(x) #x
#define SKEIN_PRAGMA(x) _Pragma(SKEIN_TEXT(x))
#define SKEIN_AXI(memory, i) \
    SKEIN_PRAGMA(HLS INTERFACE m_axi port = memory##i bundle = memory##i offset = slave \
                 max_read_burst_length = 16 max_write_burst_length = 16)

#define SKEIN_PEER_PARAMETERS(port, i) skein::Link &tx##i, skein::Link &rx##i,
#define SKEIN_PEER_STREAM(port, i) \
    SKEIN_PRAGMA(HLS INTERFACE axis port = tx##i) \
    SKEIN_PRAGMA(HLS INTERFACE axis port = rx##i)
#define SKEIN_PEER_RELAY(port, i) relay(core_number, i, to, from, tx##i, rx##i, stop[UNITS + i]);

// `step` is described in core.h, `status` gets fault, unit, instruction and detail. txN and rxN are
// AXI streams to and from the core whose number is N + 1 higher, round robin.
extern "C" void SKEIN_KERNEL(SKEIN_PORT_PARAMETERS SKEIN_PEER_EACH(SKEIN_PEER_PARAMETERS)
                             const skein::isa::Word *fetch,
                             const std::uint64_t step[skein::step::SIZE], std::uint64_t status[4],
                             int core_number) {
    SKEIN_HBM_EACH(SKEIN_AXI)
    SKEIN_PARAM_EACH(SKEIN_AXI)
    SKEIN_DDR_EACH(SKEIN_AXI)
    SKEIN_PEER_EACH(SKEIN_PEER_STREAM)
#pragma HLS INTERFACE m_axi port = fetch bundle = fetch offset = slave
#pragma HLS INTERFACE m_axi port = step bundle = control offset = slave
#pragma HLS INTERFACE m_axi port = status bundle = control offset = slave
#pragma HLS INTERFACE s_axilite port = core_number
#pragma HLS INTERFACE s_axilite port = return

    using namespace skein;
    // The buffers keep their content from step to step. Unsynchronised: tokens are what orders
    // the units that share them.
    static std::uint8_t act[config::ACT_BYTES];
    static std::uint8_t wgt[config::WGT_BYTES];
    static std::uint8_t par[config::PAR_BYTES];
    static Core core;
#pragma HLS BIND_STORAGE variable = act type = ram_t2p impl = uram
#pragma HLS BIND_STORAGE variable = wgt type = ram_t2p impl = bram
#pragma HLS BIND_STORAGE variable = par type = ram_t2p impl = bram
#pragma HLS BIND_STORAGE variable = core.accumulators.sums type = ram_t2p impl = uram
#pragma HLS ARRAY_PARTITION variable = act cyclic factor = 64
#pragma HLS ARRAY_PARTITION variable = wgt cyclic factor = 64
#pragma HLS ARRAY_PARTITION variable = par cyclic factor = 64
#pragma HLS STREAM variable = act type = unsync
#pragma HLS STREAM variable = wgt type = unsync
#pragma HLS STREAM variable = par type = unsync

    if (core.start(core_number, step).fault == Fault::NONE) {
#pragma HLS DATAFLOW
        Stop stop[UNITS + config::CORES];
        Stop faults[UNITS];
        Link to[config::CORES];
        Link from[config::CORES];
        sequence(fetch, core, stop, faults);
        SKEIN_PEER_EACH(SKEIN_PEER_RELAY)
        process(stop[LD], faults[LD], core.failed[LD], [&] {
            load_turn(SKEIN_PORT_ARGUMENTS core.load, core.fabric, core.context,
                      core.budgets[LD], SKEIN_BUFFER_ARGUMENTS, core.failed[LD]);
        });
        process(stop[ST], faults[ST], core.failed[ST], [&] {
            store_turn(SKEIN_PORT_ARGUMENTS core.store, core.fabric, core.context,
                       core.budgets[ST], SKEIN_BUFFER_ARGUMENTS, core.failed[ST]);
        });
        process(stop[MPE], faults[MPE], core.failed[MPE], [&] {
            matrix_turn(core.matrix, core.fabric, core.context, core.budgets[MPE],
                        core.accumulators, SKEIN_BUFFER_ARGUMENTS, core.failed[MPE]);
        });
        process(stop[SFU], faults[SFU], core.failed[SFU], [&] {
            vector_turn(core.vector, core.fabric, core.context, core.budgets[SFU],
                        SKEIN_BUFFER_ARGUMENTS, core.failed[SFU]);
        });
        process(stop[SYS], faults[SYS], core.failed[SYS], [&] {
            core.exchange.turn(core.context, core.fabric, to, from, act, core.budgets[SYS],
                               core.failed[SYS]);
        });
    }
    const Report found = core.found();
    status[0] = std::uint64_t(found.fault);
    status[1] = std::uint64_t(core_number);
    status[2] = std::uint64_t(std::int64_t(found.instruction));
    status[3] = std::uint64_t(found.detail);
}
