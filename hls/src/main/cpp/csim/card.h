/* The C-simulation of a card: all its cores, their channels and the links between them. Plain C,
   since Java and the replayer call it. A function that returns int gives 0 if all went well. */
#ifndef SKEIN_CSIM_CARD_H
#define SKEIN_CSIM_CARD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

typedef struct skein_hls_card skein_hls_card;

/* What a step ended with. */
typedef struct {
    int64_t fault;        /* skein::Fault, 0 if the step is over */
    int64_t core;         /* where the fault was found */
    int64_t instruction;  /* in its stream */
    int64_t detail;
    int64_t instructions; /* dispatched on all cores, those of the sequencers included */
    int64_t rounds;       /* of the scheduler */
} skein_hls_outcome;

enum {
    SKEIN_HLS_ABI = 1,
    SKEIN_HLS_NO_CORE = -1,     /* no such core on the board */
    SKEIN_HLS_NO_MEMORY = -2,   /* the core has no such memory, or not so much of it */
    SKEIN_HLS_NO_BUFFER = -3,   /* a buffer larger than the board's */
    SKEIN_HLS_NO_ROOM = -4,     /* the host has no memory left, or too many regions */
    SKEIN_HLS_NO_STREAM = -5    /* not a whole number of instructions */
};

int32_t skein_hls_abi(void);

/* cores, ACT, WGT and PAR bytes of the board the kernels were built for. */
void skein_hls_board(int64_t out[4]);
const char *skein_hls_board_name(void);

/* A card with zeroed buffers and no memory yet; NULL if the host has no room for it. */
skein_hls_card *skein_hls_open(int32_t cores);
void skein_hls_close(skein_hls_card *card);

/* Makes the first `bytes` of a memory usable; what it held stays, the rest is zero. `core` counts
   for HBM and PARAM, memory as isa::Memory has it. */
int32_t skein_hls_reserve(skein_hls_card *card, int32_t core, int32_t memory, uint64_t bytes);

/* Copies between the host and a memory that has been reserved so far. */
int32_t skein_hls_write(skein_hls_card *card, int32_t core, int32_t memory, uint64_t address,
                        const void *data, uint64_t bytes);
int32_t skein_hls_read(skein_hls_card *card, int32_t core, int32_t memory, uint64_t address,
                       void *data, uint64_t bytes);

/* The next steps run this stream on a core. */
int32_t skein_hls_stream(skein_hls_card *card, int32_t core, const void *words, uint64_t bytes);
int32_t skein_hls_buffers(skein_hls_card *card, int64_t act, int64_t wgt, int64_t par);
int32_t skein_hls_base(skein_hls_card *card, int32_t core, int32_t base, uint64_t value);
/* Regions that a core may touch, from the first one again after skein_hls_no_regions. */
int32_t skein_hls_no_regions(skein_hls_card *card, int32_t core);
int32_t skein_hls_region(skein_hls_card *card, int32_t core, int32_t memory, uint64_t offset,
                         uint64_t bytes, int32_t writable);

/* Runs a step. `budget`: work a unit may do, 0 for no limit; `order`: seed of the order in which
   the units of a core get their turns, 0 for that of isa::Unit. Returns the fault. */
int32_t skein_hls_run(skein_hls_card *card, int32_t position, int32_t tokens, uint64_t budget,
                      uint64_t order, skein_hls_outcome *outcome);

/* Copies the first bytes of an on-chip buffer. */
int32_t skein_hls_peek(skein_hls_card *card, int32_t core, int32_t space, void *data,
                       uint64_t bytes);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
