/*
 * Stands for libxrt_coreutil.so.2 in tests: the functions that the facade calls, on a card of its
 * own with memory apart from the host's, and the failures that a file "failure" in the installation
 * names. No code of XRT's. Linked with fake_kernels, compute units compute.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMPLETED = 4, ERROR = 5, UUID_AT = 416, UUID_BYTES = 16 };

#include "xrt.h"

static unsigned char loaded[UUID_BYTES];
static size_t used;
static int waited;
static Run runs[FAKE_UNITS];

/* What is in a file of the installation; empty if there is none. */
static const char *told(const char *file) {
    static char text[64];
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", getenv("XILINX_XRT"), file);
    FILE *in = fopen(path, "r");
    size_t n = in == NULL ? 0 : fread(text, 1, sizeof text - 1, in);
    text[n] = 0;
    if (in != NULL) {
        fclose(in);
    }
    return text;
}

/* The card of this process. */
static unsigned opened;

/* Whether this card fails so: all of them, or the one that a file "failing" names. */
static int mode(const char *name) {
    const char *only = told("failing");
    return (*only == 0 || strtoul(only, NULL, 10) == opened)
            && strcmp(told("failure"), name) == 0;
}

/* How many cards there are. */
static unsigned long cards(void) {
    const char *set = told("cards");
    return *set == 0 ? 1 : strtoul(set, NULL, 10);
}

/* How much a card has, bytes. */
static size_t capacity(void) {
    const char *set = told("bytes");
    return *set == 0 ? (size_t)8 << 30 : (size_t)strtoull(set, NULL, 10);
}

static void *null(int code, const char *says) {
    fprintf(stderr, "[XRT] ERROR: %s\n", says);
    errno = code;
    return NULL;
}

static int number(int code, const char *says) {
    null(code, says);
    return -code;
}

void *xrtDeviceOpen(unsigned index) {
    static int card;
    puts("a line on standard output");
    fflush(stdout);
    opened = index;
    if (mode("busy-card")) {
        return null(EBUSY, "device is in use");
    }
    return index >= cards() ? null(ENODEV, "could not open device") : &card;
}

int xrtDeviceClose(void *device) {
    (void)device;
    return 0;
}

int xrtDeviceLoadXclbin(void *device, const char *xclbin) {
    (void)device;
    if (mode("wrong-shell")) {
        return number(EINVAL, "xclbin does not match the shell on the card");
    }
    if (mode("busy")) {
        return number(EBUSY, "xclbin is locked by another process");
    }
    if (mode("crash-in-load")) {
        fputs("terminate called after throwing an instance of 'std::runtime_error'\n", stderr);
        abort();
    }
    memcpy(loaded, xclbin + UUID_AT, UUID_BYTES);
    if (mode("other-uuid")) {
        loaded[0] ^= 1;
    }
    return 0;
}

int xrtDeviceGetXclbinUUID(void *device, unsigned char *out) {
    (void)device;
    memcpy(out, loaded, UUID_BYTES);
    return 0;
}

void *xrtBOAlloc(void *device, size_t bytes, unsigned flags, unsigned group) {
    (void)device;
    (void)flags;
    (void)group;
    if (bytes > capacity() - used) {
        return null(ENOMEM, "failed to allocate bo");
    }
    Buffer *b = malloc(sizeof *b);
    b->host = calloc(1, bytes);
    b->card = calloc(1, bytes);
    b->bytes = bytes;
    used += bytes;
    return b;
}

uint64_t xrtBOAddress(void *buffer) {
    return (uint64_t)(uintptr_t)((Buffer *)buffer)->card;
}

int xrtBOWrite(void *buffer, const void *from, size_t bytes, size_t at) {
    memcpy(((Buffer *)buffer)->host + at, from, bytes);
    return 0;
}

int xrtBORead(void *buffer, void *to, size_t bytes, size_t at) {
    memcpy(to, ((Buffer *)buffer)->host + at, bytes);
    return 0;
}

int xrtBOSync(void *buffer, int direction, size_t bytes, size_t at) {
    Buffer *b = buffer;
    if (direction == 0) {
        memcpy(b->card + at, b->host + at, bytes);
        if (mode("bad-dma") && bytes > 64) {
            b->card[at + bytes / 2] ^= 1;
        }
    } else {
        memcpy(b->host + at, b->card + at, bytes);
    }
    return 0;
}

int xrtBOFree(void *buffer) {
    Buffer *b = buffer;
    used -= b->bytes;
    free(b->host);
    free(b->card);
    free(b);
    return 0;
}

void *xrtPLKernelOpen(void *device, const unsigned char *uuid, const char *name) {
    static int numbers[FAKE_UNITS + 1];
    (void)device;
    (void)uuid;
    if (strstr(name, "nope") != NULL) {
        return null(EINVAL, "no such kernel");
    }
    /* kernel:{unit_3} is the third one. */
    const char *number = strrchr(name, '_');
    int unit = number == NULL ? 0 : atoi(number + 1);
    if (unit < 1 || unit > FAKE_UNITS) {
        return null(EINVAL, "no such unit");
    }
    numbers[unit] = unit;
    return &numbers[unit];
}

int xrtKernelClose(void *kernel) {
    (void)kernel;
    return 0;
}

int xrtKernelArgGroupId(void *kernel, int argument) {
    (void)kernel;
    return argument < FAKE_ARGUMENTS ? 7 : -1;
}

void *xrtRunOpen(void *kernel) {
    Run *run = &runs[*(int *)kernel - 1];
    memset(run, 0, sizeof *run);
    run->open = 1;
    return run;
}

int xrtRunClose(void *run) {
    ((Run *)run)->open = 0;
    return 0;
}

int xrtRunSetArg(void *run, int index, ...) {
    va_list more;
    if (index < 0 || index >= FAKE_ARGUMENTS) {
        return number(EINVAL, "no such argument");
    }
    va_start(more, index);
    ((Run *)run)->argument[index] = va_arg(more, void *);
    va_end(more);
    return 0;
}

int xrtRunStart(void *run) {
    if (mode("crash-in-start")) {
        *(volatile int *)0 = 1;
    }
    ((Run *)run)->started = 1;
    return 0;
}

/* Units that hear of each other run together: all that were started, when the first is awaited. */
int xrtRunWaitFor(void *run, unsigned milliseconds) {
    (void)milliseconds;
    if (mode("hang")) {
        char path[4096];
        snprintf(path, sizeof path, "%s/hanging", getenv("XILINX_XRT"));
        FILE *out = fopen(path, "w");
        if (out != NULL) {
            fclose(out);
        }
        sleep(600);
    }
    if (((Run *)run)->started && fake_kernels != NULL) {
        fake_kernels(runs);
    }
    for (int i = 0; i < FAKE_UNITS; ++i) {
        runs[i].started = 0;
    }
    waited = 1;
    return mode("error") || mode("old-error") || mode("errors-refused") ? ERROR : COMPLETED;
}

/* A firewall that tripped in the run; or before all runs. */
int xrtErrorGetLast(void *device, int class, uint64_t *code, uint64_t *time) {
    (void)device;
    if (mode("errors-refused")) {
        return number(EINVAL, "no such query");
    }
    *code = 0;
    if (class == 3 && ((waited && mode("error")) || mode("old-error"))) {
        *code = 1 | (uint64_t)2 << 16 | (uint64_t)3 << 24 | (uint64_t)1 << 32 | (uint64_t)3 << 40;
        *time = 1600000000000000000;
    }
    return 0;
}

int xrtErrorGetString(void *device, uint64_t code, char *out, size_t bytes, size_t *needed) {
    (void)device;
    (void)code;
    *needed = (size_t)snprintf(out, bytes, "Firewall\ntripped") + 1;
    return 0;
}
