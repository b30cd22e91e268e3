#include "decode.h"

#include "registers.h"

namespace skein {
namespace {

// The bits of a word that belong to a field: a constant of the table.
template <int N>
constexpr std::uint64_t used(const isa::Field (&fields)[N], int w) {
    std::uint64_t bits = 0;
    for (int i = 0; i < N; ++i) {
        bits |= fields[i].word == w ? isa::mask(fields[i]) << fields[i].shift : 0;
    }
    return bits;
}

template <int N>
Report unused(const isa::Word &word, const isa::Field (&fields)[N]) {
#pragma HLS INLINE
    for (int w = 0; w < 4; ++w) {
#pragma HLS UNROLL
        if ((word.w[w] & ~used(fields, w)) != 0) {
            return report(Fault::UNUSED_BITS, w);
        }
    }
    return good();
}

// The first fault of two.
Report both(const Report &a, const Report &b) {
    return a.fault != Fault::NONE ? a : b;
}

// An enum: `last` is its last constant.
template <class E>
Report among(const isa::Word &word, const isa::Field &field, E last) {
    const std::int64_t value = std::int64_t(isa::get(word, field));
    return value > std::int64_t(last) ? report(Fault::FIELD, value) : good();
}

// A length: its immediate is at least 1.
Report length(const isa::Word &word, const isa::Field &imm) {
    return isa::get(word, imm) == 0 ? report(Fault::FIELD, 0) : good();
}

Report matrix(const isa::Word &word) {
    return both(both(unused(word, isa::mv::FIELDS),
                     among(word, isa::mv::bits, isa::WeightBits::W8)),
                both(length(word, isa::mv::m),
                     both(length(word, isa::mv::n), length(word, isa::mv::k))));
}

Report sparse(const isa::Word &word) {
    return both(unused(word, isa::spmv::FIELDS), length(word, isa::spmv::m));
}

Report span(const isa::Word &word) {
    const bool dense = isa::get(word, isa::span::window) == 0;
    const bool rest = isa::get(word, isa::span::global) != 0
                      || isa::get(word, isa::span::growth) != 0;
    return both(unused(word, isa::span::FIELDS), dense && rest ? report(Fault::FIELD) : good());
}

Report check_fields(const isa::Word &word, isa::Code code) {
    switch (code) {
        case isa::Code::LD:
            return both(both(unused(word, isa::ld::FIELDS), length(word, isa::ld::count)),
                        both(among(word, isa::ld::dstSpace, isa::Space::PAR),
                             among(word, isa::ld::memory, isa::Memory::DDR)));
        case isa::Code::LDG:
            return both(unused(word, isa::ldg::FIELDS), length(word, isa::ldg::count));
        case isa::Code::ST:
            return both(both(unused(word, isa::st::FIELDS), length(word, isa::st::count)),
                        both(among(word, isa::st::srcSpace, isa::Space::PAR),
                             among(word, isa::st::memory, isa::Memory::DDR)));
        case isa::Code::MM:
        case isa::Code::MV:
            return matrix(word);
        case isa::Code::SPMM:
        case isa::Code::SPMV:
            return sparse(word);
        case isa::Code::NORM:
            return both(unused(word, isa::norm::FIELDS), length(word, isa::norm::rows));
        case isa::Code::QUANT:
            return both(unused(word, isa::quant::FIELDS),
                        both(length(word, isa::quant::rows), length(word, isa::quant::cols)));
        case isa::Code::SOFTMAX:
            return both(unused(word, isa::softmax::FIELDS),
                        both(length(word, isa::softmax::rows),
                             length(word, isa::softmax::cols)));
        case isa::Code::ROPE:
            return both(unused(word, isa::rope::FIELDS), length(word, isa::rope::rows));
        case isa::Code::EWISE:
            return both(both(unused(word, isa::ewise::FIELDS), length(word, isa::ewise::rows)),
                        both(among(word, isa::ewise::bSpace, isa::Space::PAR),
                             among(word, isa::ewise::fn, isa::EwiseFunction::SILU_MUL)));
        case isa::Code::BCAST:
            return both(unused(word, isa::bcast::FIELDS), length(word, isa::bcast::rows));
        case isa::Code::SYNC:
            return unused(word, isa::sync::FIELDS);
        case isa::Code::LOOP:
            return both(unused(word, isa::loop::FIELDS), length(word, isa::loop::count));
        case isa::Code::REP:
            return both(unused(word, isa::rep::FIELDS), length(word, isa::rep::count));
        case isa::Code::SETB:
            return unused(word, isa::setb::FIELDS);
        case isa::Code::SPAN:
            return span(word);
        case isa::Code::ENDLOOP:
        case isa::Code::ENDREP:
        case isa::Code::END:
            return unused(word, isa::end::FIELDS);
    }
    return report(Fault::CODE, std::int64_t(code));
}

}  // namespace

isa::Unit unit_of(isa::Code code) {
    switch (code) {
        case isa::Code::LD:
        case isa::Code::LDG:
            return isa::Unit::LD;
        case isa::Code::ST:
            return isa::Unit::ST;
        case isa::Code::MM:
        case isa::Code::MV:
        case isa::Code::SPMM:
        case isa::Code::SPMV:
            return isa::Unit::MPE;
        case isa::Code::NORM:
        case isa::Code::QUANT:
        case isa::Code::SOFTMAX:
        case isa::Code::ROPE:
        case isa::Code::EWISE:
            return isa::Unit::SFU;
        case isa::Code::BCAST:
        case isa::Code::SYNC:
            return isa::Unit::SYS;
        case isa::Code::LOOP:
        case isa::Code::ENDLOOP:
        case isa::Code::SETB:
        case isa::Code::END:
        case isa::Code::SPAN:
        case isa::Code::REP:
        case isa::Code::ENDREP:
            break;
    }
    return isa::Unit::SEQ;
}

Report check_word(const isa::Word &word) {
    const isa::Code code = isa::Code(isa::get(word, isa::ld::code));
    const Report found = check_fields(word, code);
    if (found.fault != Fault::NONE) {
        return found;
    }
    const isa::Unit unit = unit_of(code);
    const std::uint64_t tokens =
        isa::get(word, isa::ld::waits) | isa::get(word, isa::ld::releases);
    const bool own = unit == isa::Unit::SEQ ? tokens != 0 : (tokens >> int(unit) & 1) != 0;
    return own ? report(Fault::TOKENS, std::int64_t(tokens)) : good();
}

}  // namespace skein
