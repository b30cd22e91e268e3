#include "sequencer.h"

#include "decode.h"

namespace skein {
namespace {

// The value of the base register that an instruction names; 0 if it names none.
std::uint64_t base_of(const isa::Word &word, isa::Code code,
                      const std::uint64_t bases[isa::BASES]) {
    switch (code) {
        case isa::Code::LD:
        case isa::Code::ST:
            return bases[isa::get(word, isa::ld::base)];
        case isa::Code::LDG:
            return bases[isa::get(word, isa::ldg::base)];
        default:
            return 0;
    }
}

bool needs_drain(isa::Code code) {
    return code == isa::Code::LOOP || code == isa::Code::ENDLOOP || code == isa::Code::END;
}

}  // namespace

isa::Word Fetch::at(const isa::Word *program, std::int32_t count, std::int32_t index) {
    if (first < 0 || index < first || index >= first + config::FETCH_WORDS) {
        first = index - index % config::FETCH_WORDS;
        for (int i = 0; i < config::FETCH_WORDS; ++i) {
#pragma HLS PIPELINE II = 1
            if (first + i < count) {
                block[i] = program[first + i];
            }
        }
    }
    return block[index - first];
}

void Sequencer::start(std::int32_t words, std::int32_t position, std::int32_t tokens,
                      const std::uint64_t start[isa::BASES]) {
    fetch.first = -1;
    count = words;
    index = 0;
    depth = 0;
    repetition = -1;
    repetitions = 0;
    registers = Registers{position, tokens, 0, 0, 0, 0};
    for (int i = 0; i < isa::BASES; ++i) {
        bases[i] = start[i];
    }
    for (int u = 0; u < UNITS; ++u) {
        outstanding[u] = 0;
    }
    dispatched = 0;
    ended = false;
    failed = good();
}

bool Sequencer::drained() const {
    for (int u = 0; u < UNITS; ++u) {
#pragma HLS UNROLL
        if (outstanding[u] != 0) {
            return false;
        }
    }
    return true;
}

void Sequencer::fail(const Report &why) {
    failed = why;
    failed.instruction = index;
}

bool Sequencer::turn(const isa::Word *program, Fabric &fabric) {
    bool moved = false;
    for (int u = 0; u < UNITS; ++u) {
#pragma HLS UNROLL
        bool over;
        if (fabric.done[u].read_nb(over)) {
            --outstanding[u];
            moved = true;
        }
    }
    if (ended || failed.fault != Fault::NONE) {
        return moved;
    }
    if (index >= count) {
        fail(report(Fault::NO_END, index));
        return true;
    }
    const isa::Word word = fetch.at(program, count, index);
    const Report checked = check_word(word);
    if (checked.fault != Fault::NONE) {
        fail(checked);
        return true;
    }
    const isa::Code code = isa::Code(isa::get(word, isa::ld::code));
    const isa::Unit unit = unit_of(code);
    if (unit != isa::Unit::SEQ) {
        if (!dispatch(word, unit, fabric)) {
            return moved;
        }
    } else if (needs_drain(code) && !drained()) {
        return moved;
    } else {
        own(word, code);
    }
    if (++dispatched > STEP_LIMIT) {
        fail(report(Fault::TOO_LONG, dispatched));
    }
    return true;
}

bool Sequencer::dispatch(const isa::Word &word, isa::Unit unit, Fabric &fabric) {
    const isa::Code code = isa::Code(isa::get(word, isa::ld::code));
    const Command command{word, index, registers, base_of(word, code, bases)};
    if (!fabric.queue[int(unit)].write_nb(command)) {
        return false;
    }
    ++outstanding[int(unit)];
    ++index;
    return true;
}

void Sequencer::own(const isa::Word &word, isa::Code code) {
    switch (code) {
        case isa::Code::LOOP:
            enter(word);
            return;
        case isa::Code::ENDLOOP:
            repeat();
            return;
        case isa::Code::SETB: {
            std::uint64_t &base = bases[isa::get(word, isa::setb::base)];
            const std::uint64_t value = isa::get(word, isa::setb::value);
            base = isa::get(word, isa::setb::add) != 0 ? base + value : value;
            break;
        }
        case isa::Code::SPAN:
            registers.global = std::int32_t(isa::get(word, isa::span::global));
            registers.window = std::int32_t(isa::get(word, isa::span::window));
            registers.growth = std::int32_t(isa::get(word, isa::span::growth));
            break;
        case isa::Code::REP:
            if (repetition >= 0) {
                fail(report(Fault::NESTING, repetition));
                return;
            }
            repetition = index;
            repetitions = std::int64_t(isa::get(word, isa::rep::count)) - 1;
            break;
        case isa::Code::ENDREP:
            if (repetition < 0) {
                fail(report(Fault::NESTING));
                return;
            }
            if (repetitions > 0) {
                --repetitions;
                index = repetition + 1;
                return;
            }
            repetition = -1;
            break;
        case isa::Code::END:
            ended = true;
            return;
        default:
            break;
    }
    ++index;
}

void Sequencer::enter(const isa::Word &word) {
    const std::int64_t n =
        extent(word, isa::loop::count, isa::loop::countMode).trips(registers);
    if (depth == MAX_DEPTH) {
        fail(report(Fault::NESTING, depth));
        return;
    }
    if (n < 1 || !fits(n)) {
        fail(report(Fault::LENGTH, n));
        return;
    }
    heads[depth] = index;
    trips[depth] = n;
    iterations[depth] = 0;
    ++depth;
    registers.iteration = 0;
    ++index;
}

void Sequencer::repeat() {
    if (depth == 0) {
        fail(report(Fault::NESTING));
        return;
    }
    const int top = depth - 1;
    if (++iterations[top] < trips[top]) {
        registers.iteration = std::int32_t(iterations[top]);
        index = heads[top] + 1;
        return;
    }
    depth = top;
    registers.iteration = depth == 0 ? 0 : std::int32_t(iterations[depth - 1]);
    ++index;
}

}  // namespace skein
