/* What the stand-in for XRT shares with compute units that compute. */
#ifndef FAKE_XRT_H
#define FAKE_XRT_H

#include <stddef.h>

enum { FAKE_UNITS = 8, FAKE_ARGUMENTS = 64 };

typedef struct {
    char *host;
    char *card;
    size_t bytes;
} Buffer;

/* Arguments of a compute unit: buffers, or the bits of a number. */
typedef struct {
    int open;
    int started;
    void *argument[FAKE_ARGUMENTS];
} Run;

#ifdef __cplusplus
extern "C" {
#endif

/* Runs the units that are started, FAKE_UNITS of them; in a library without it nothing computes. */
void fake_kernels(Run *runs) __attribute__((weak));

#ifdef __cplusplus
}
#endif

#endif
