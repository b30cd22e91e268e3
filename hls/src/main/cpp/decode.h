// What a word has to keep to before it reaches a unit: the checks of InstructionCodec.decode.
#ifndef SKEIN_DECODE_H
#define SKEIN_DECODE_H

#include "fault.h"
#include "isa.h"

namespace skein {

// The unit of an instruction word that `check_word` has accepted.
isa::Unit unit_of(isa::Code code);

// Unknown codes, bits of no field, values of enums and lengths that do not exist, tokens to
// nowhere. The detail of the report is the code, the word or the value.
Report check_word(const isa::Word &word);

}  // namespace skein

#endif
