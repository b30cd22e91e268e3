// What every unit of a core is given for a step.
#ifndef SKEIN_UNIT_H
#define SKEIN_UNIT_H

#include "buffers.h"
#include "command.h"
#include "memory.h"

namespace skein {

struct Context {
    int core;     // which one of the card; a constant of a kernel's build under Vitis
    int cores;    // that take part in the step
    Sizes sizes;
    Regions regions;
};

}  // namespace skein

#endif
