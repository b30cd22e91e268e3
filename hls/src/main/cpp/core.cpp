#include "core.h"

namespace skein {
namespace {

constexpr int LD = int(isa::Unit::LD);
constexpr int ST = int(isa::Unit::ST);
constexpr int MPE = int(isa::Unit::MPE);
constexpr int SFU = int(isa::Unit::SFU);
constexpr int SYS = int(isa::Unit::SYS);
constexpr int TURNS = UNITS + 1;

// What a unit does with an instruction at once, with tokens around it. A unit that failed stays
// where it is.
template <class Work>
bool unit_turn(Issue &issue, Fabric &fabric, int unit, Report &failed, Work work) {
#pragma HLS INLINE
    if (failed.fault != Fault::NONE) {
        return false;
    }
    if (begin(issue, fabric, unit)) {
        failed = work();
        failed.instruction = issue.head.index;
        issue.phase = Issue::Phase::RELEASING;
        return true;
    }
    return finish(issue, fabric, unit);
}

Regions regions(const std::uint64_t *words) {
    Regions out = {};
    out.count = int(words[step::REGIONS]);
    for (int i = 0; i < MAX_REGIONS; ++i) {
        const std::uint64_t *r = words + step::REGION + i * step::REGION_WORDS;
        out.list[i] = Region{r[0], r[1], isa::Memory(r[2] & 3), (r[2] & 4) != 0};
    }
    return out;
}

}  // namespace

Report Core::start(int core, const std::uint64_t description[step::SIZE]) {
    const std::uint64_t position = description[step::POSITION];
    const std::uint64_t tokens = description[step::TOKENS];
    for (int u = 0; u <= UNITS; ++u) {
        failed[u] = good();
    }
    if (tokens < 1 || tokens > LONGEST_CONTEXT || position > LONGEST_CONTEXT - tokens
        || description[step::WORDS] > 0x7fffffff
        || description[step::CORES] > std::uint64_t(config::CORES)
        || description[step::ACT_BYTES] > std::uint64_t(config::ACT_BYTES)
        || description[step::WGT_BYTES] > std::uint64_t(config::WGT_BYTES)
        || description[step::PAR_BYTES] > std::uint64_t(config::PAR_BYTES)
        || description[step::REGIONS] > std::uint64_t(MAX_REGIONS)) {
        failed[UNITS] = report(Fault::STEP);
        return failed[UNITS];
    }
    context.core = core;
    context.cores = int(description[step::CORES]);
    context.sizes = Sizes{std::int64_t(description[step::ACT_BYTES]),
                          std::int64_t(description[step::WGT_BYTES]),
                          std::int64_t(description[step::PAR_BYTES])};
    context.regions = regions(description);
    fabric = Fabric();
    load = Issue();
    store = Issue();
    matrix = Issue();
    vector = Issue();
    exchange.start();
    for (int u = 0; u < UNITS; ++u) {
        budgets[u].left = description[step::BUDGET];
    }
    accumulators.out = -1;
    sequencer.start(std::int32_t(description[step::WORDS]), std::int32_t(position),
                    std::int32_t(tokens), description + step::BASES);
    return good();
}

Report Core::found() const {
    for (int u = 0; u <= UNITS; ++u) {
        if (failed[u].fault != Fault::NONE) {
            return failed[u];
        }
    }
    return good();
}

bool load_turn(SKEIN_PORT_PARAMETERS Issue &issue, Fabric &fabric, const Context &context,
               Budget &budget, SKEIN_BUFFER_PARAMETERS, Report &failed) {
    return unit_turn(issue, fabric, LD, failed, [&] {
        return load_unit(SKEIN_PORT_ARGUMENTS issue.head, context, budget,
                         SKEIN_BUFFER_ARGUMENTS);
    });
}

bool store_turn(SKEIN_PORT_PARAMETERS Issue &issue, Fabric &fabric, const Context &context,
                Budget &budget, SKEIN_BUFFER_PARAMETERS, Report &failed) {
    return unit_turn(issue, fabric, ST, failed, [&] {
        return store_unit(SKEIN_PORT_ARGUMENTS issue.head, context, budget,
                          SKEIN_BUFFER_ARGUMENTS);
    });
}

bool matrix_turn(Issue &issue, Fabric &fabric, const Context &context, Budget &budget,
                 Accumulators &accumulators, SKEIN_BUFFER_PARAMETERS, Report &failed) {
    (void) par;
    return unit_turn(issue, fabric, MPE, failed, [&] {
        const isa::Code which = code(issue.head);
        return which == isa::Code::MM || which == isa::Code::MV
            ? matrix_unit(issue.head, context, budget, accumulators, act, wgt)
            : strip_unit(issue.head, context, budget, act, wgt);
    });
}

bool vector_turn(Issue &issue, Fabric &fabric, const Context &context, Budget &budget,
                 SKEIN_BUFFER_PARAMETERS, Report &failed) {
    return unit_turn(issue, fabric, SFU, failed, [&] {
        return sfu_unit(issue.head, context, budget, SKEIN_BUFFER_ARGUMENTS);
    });
}

bool Core::turn(SKEIN_PORT_PARAMETERS const isa::Word *program, Link to[config::CORES],
                Link from[config::CORES], SKEIN_BUFFER_PARAMETERS, int first) {
    bool moved = false;
    for (int i = 0; i < TURNS; ++i) {
        switch ((first + i) % TURNS) {
            case LD:
                moved |= load_turn(SKEIN_PORT_ARGUMENTS load, fabric, context, budgets[LD],
                                   SKEIN_BUFFER_ARGUMENTS, failed[LD]);
                break;
            case ST:
                moved |= store_turn(SKEIN_PORT_ARGUMENTS store, fabric, context, budgets[ST],
                                    SKEIN_BUFFER_ARGUMENTS, failed[ST]);
                break;
            case MPE:
                moved |= matrix_turn(matrix, fabric, context, budgets[MPE], accumulators,
                                     SKEIN_BUFFER_ARGUMENTS, failed[MPE]);
                break;
            case SFU:
                moved |= vector_turn(vector, fabric, context, budgets[SFU],
                                     SKEIN_BUFFER_ARGUMENTS, failed[SFU]);
                break;
            case SYS:
                moved |= exchange.turn(context, fabric, to, from, act, budgets[SYS],
                                       failed[SYS]);
                failed[SYS].instruction = exchange.issue.head.index;
                break;
            default:
                moved |= sequencer.turn(program, fabric);
                failed[UNITS] = sequencer.failed;
                break;
        }
    }
    return moved;
}

}  // namespace skein
