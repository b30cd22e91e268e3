// The board the kernels are built for: config.h, or the header named by the macro SKEIN_CONFIG.
#ifndef SKEIN_BOARD_H
#define SKEIN_BOARD_H

#ifdef SKEIN_CONFIG
#include SKEIN_CONFIG
#else
#include "config.h"
#endif

#endif
