// The top of the kernel, one for each SLR: its ports and its dataflow region. Built with
// -DSKEIN_CORE=0, 1, .. under Vitis, once a core. The C-simulation runs the same units by
// Core::turn instead of these processes, since it has one thread.
#include "core.h"

#ifndef SKEIN_CORE
#define SKEIN_CORE 0
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

void sequence(const isa::Word *program, Core &core, Stop stop[UNITS], Stop faults[UNITS]) {
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
    for (int u = 0; u < UNITS; ++u) {
#pragma HLS UNROLL
        stop[u].write_nb(true);
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

}  // namespace
}  // namespace skein

#define SKEIN_TEXT(x) #x
#define SKEIN_PRAGMA(x) _Pragma(SKEIN_TEXT(x))
#define SKEIN_AXI(memory, i) \
    SKEIN_PRAGMA(HLS INTERFACE m_axi port = memory##i bundle = memory##i offset = slave \
                 max_read_burst_length = 16 max_write_burst_length = 16)

// `step` is described in core.h, `status` gets fault, unit, instruction and detail. `to` and
// `from` are AXI streams to and from the kernel of each other core; the core's own are not used.
extern "C" void skein_core(SKEIN_PORT_PARAMETERS const skein::isa::Word *program,
                           const std::uint64_t step[skein::step::SIZE], std::uint64_t status[4],
                           skein::Link to[skein::config::CORES],
                           skein::Link from[skein::config::CORES]) {
    SKEIN_HBM_EACH(SKEIN_AXI)
    SKEIN_PARAM_EACH(SKEIN_AXI)
    SKEIN_DDR_EACH(SKEIN_AXI)
#pragma HLS INTERFACE m_axi port = program bundle = fetch offset = slave
#pragma HLS INTERFACE m_axi port = step bundle = control offset = slave
#pragma HLS INTERFACE m_axi port = status bundle = control offset = slave
#pragma HLS INTERFACE axis port = to
#pragma HLS INTERFACE axis port = from
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

    if (core.start(SKEIN_CORE, step).fault == Fault::NONE) {
#pragma HLS DATAFLOW
        Stop stop[UNITS];
        Stop faults[UNITS];
        sequence(program, core, stop, faults);
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
    status[1] = SKEIN_CORE;
    status[2] = std::uint64_t(std::int64_t(found.instruction));
    status[3] = std::uint64_t(found.detail);
}
