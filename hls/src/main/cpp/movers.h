// The units LD and ST: bursts between the AXI ports and the on-chip buffers.
#ifndef SKEIN_MOVERS_H
#define SKEIN_MOVERS_H

#include "unit.h"

namespace skein {

// LD and LDG.
Report load_unit(SKEIN_PORT_PARAMETERS const Command &command, const Context &context,
                 Budget &budget, SKEIN_BUFFER_PARAMETERS);

// ST.
Report store_unit(SKEIN_PORT_PARAMETERS const Command &command, const Context &context,
                  Budget &budget, SKEIN_BUFFER_PARAMETERS);

}  // namespace skein

#endif
