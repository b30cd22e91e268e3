// The unit SFU: everything in binary32, row by row.
#ifndef SKEIN_SFU_H
#define SKEIN_SFU_H

#include "unit.h"

namespace skein {

// NORM, QUANT, SOFTMAX, ROPE and EWISE.
Report sfu_unit(const Command &command, const Context &context, Budget &budget,
                SKEIN_BUFFER_PARAMETERS);

}  // namespace skein

#endif
