// Runs kernels of CUDA C++ on the processor: blocks one after the other, the threads of a block as
// coroutines that change places at barriers and at the operations of a warp. What a kernel may not
// do there (a barrier that some threads miss, a shuffle of half a warp) ends the launch.
#pragma once
#include <math.h>  // with the overloads of float at the top level, as CUDA has them
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <tuple>
#include <utility>
#include <vector>
#include <sys/mman.h>
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

struct Dim {
    unsigned x, y, z;
};
static Dim threadIdx, blockIdx, blockDim, gridDim;

namespace threads {
constexpr unsigned WARP = 32;
constexpr unsigned MOST = 1024;
constexpr size_t STACK = 128 << 10;
constexpr size_t MOST_SHARED = 227 << 10;

enum State { READY, AT_BARRIER, AT_WARP, DONE };
enum Kind { SYNC, SHUFFLE_XOR, SHUFFLE, MMA_S8 };

// What a thread brings to an operation of its warp, and what it gets.
struct Deal {
    Kind kind;
    int parameter;
    uint32_t in[10];
    uint32_t out[4];
};

struct Thread {
    State state;
    Deal deal;
#if defined(__x86_64__)
    void* stack_pointer;
#else
    ucontext_t context;
#endif
};

static Thread all[MOST];
static unsigned current;
static char* stacks;
static void (*body)(void*);
static void* body_argument;
static const char* broken;

#if defined(__x86_64__)
extern "C" void threads_switch(void** from, void* to);
asm(R"(
.text
.globl threads_switch
.type threads_switch,@function
threads_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
)");
static void* scheduler;
static void leave() { threads_switch(&all[current].stack_pointer, scheduler); }
#else
static ucontext_t scheduler;
static void leave() { swapcontext(&all[current].context, &scheduler); }
#endif

static void run_thread() {
    body(body_argument);
    all[current].state = DONE;
    leave();
    abort();
}

static void start(unsigned t) {
    char* low = stacks + t * STACK;
    all[t].state = READY;
#if defined(__x86_64__)
    // as if it had been called: the stack is 8 bytes off a multiple of 16
    void** top = reinterpret_cast<void**>(low + STACK) - 2;
    *top = reinterpret_cast<void*>(run_thread);
    all[t].stack_pointer = top - 6;
#else
    getcontext(&all[t].context);
    all[t].context.uc_stack.ss_sp = low;
    all[t].context.uc_stack.ss_size = STACK;
    all[t].context.uc_link = nullptr;
    makecontext(&all[t].context, run_thread, 0);
#endif
}

static void enter(unsigned t) {
    current = t;
    threadIdx = {t, 0, 0};
    all[t].state = READY;
#if defined(__x86_64__)
    threads_switch(&scheduler, all[t].stack_pointer);
#else
    swapcontext(&scheduler, &all[t].context);
#endif
}

static int byte_of(uint32_t word, unsigned i) { return static_cast<int8_t>(word >> (8 * i)); }

// mma.sync.m16n8k32 of s8 by the layout of the PTX ISA: lane = 4 * group + member.
static void mma(Thread* warp) {
    static int8_t a[16][32], b[32][8];
    for (unsigned lane = 0; lane < WARP; lane++) {
        const uint32_t* in = warp[lane].deal.in;
        for (unsigned i = 0; i < 16; i++) {
            unsigned row = lane / 4 + (i / 4 % 2) * 8;
            unsigned column = lane % 4 * 4 + i % 4 + (i / 8) * 16;
            a[row][column] = static_cast<int8_t>(byte_of(in[i / 4], i % 4));
        }
        for (unsigned i = 0; i < 8; i++) {
            b[lane % 4 * 4 + i % 4 + (i / 4) * 16][lane / 4] =
                static_cast<int8_t>(byte_of(in[4 + i / 4], i % 4));
        }
    }
    for (unsigned lane = 0; lane < WARP; lane++) {
        for (unsigned i = 0; i < 4; i++) {
            unsigned row = lane / 4 + (i / 2) * 8;
            unsigned column = lane % 4 * 2 + i % 2;
            uint32_t sum = warp[lane].deal.in[6 + i];
            for (unsigned k = 0; k < 32; k++) {
                sum += static_cast<uint32_t>(a[row][k] * b[k][column]);
            }
            warp[lane].deal.out[i] = sum;
        }
    }
}

static void exchange(Thread* warp) {
    for (unsigned lane = 0; lane < WARP; lane++) {
        Deal& own = warp[lane].deal;
        if (own.kind != warp[0].deal.kind) {
            broken = "threads of a warp are at different operations";
            return;
        }
        switch (own.kind) {
            case SHUFFLE_XOR:
                own.out[0] = warp[lane ^ static_cast<unsigned>(own.parameter)].deal.in[0];
                break;
            case SHUFFLE:
                own.out[0] = warp[own.parameter & 31].deal.in[0];
                break;
            case SYNC:
            case MMA_S8:
                break;
        }
    }
    if (warp[0].deal.kind == MMA_S8) {
        mma(warp);
    }
}

// Until all of a warp are at a barrier or done.
static void run_warp(unsigned from, unsigned to) {
    for (;;) {
        for (unsigned t = from; t < to; t++) {
            if (all[t].state == READY) {
                enter(t);
            }
        }
        unsigned waiting = 0;
        for (unsigned t = from; t < to; t++) {
            waiting += all[t].state == AT_WARP;
        }
        if (waiting == 0) {
            return;
        }
        if (waiting != WARP) {
            broken = "an operation of a warp that not all its threads take part in";
            return;
        }
        exchange(all + from);
        for (unsigned t = from; t < to; t++) {
            all[t].state = READY;
        }
        if (broken != nullptr) {
            return;
        }
    }
}

static void run_block(unsigned count) {
    if (count == 1) {  // nothing to change places with
        all[0].state = READY;
        current = 0;
        threadIdx = {0, 0, 0};
        body(body_argument);
        return;
    }
    for (unsigned t = 0; t < count; t++) {
        start(t);
    }
    for (;;) {
        unsigned done = 0;
        for (unsigned from = 0; from < count && broken == nullptr; from += WARP) {
            run_warp(from, from + WARP < count ? from + WARP : count);
        }
        for (unsigned t = 0; t < count; t++) {
            done += all[t].state == DONE;
            all[t].state = all[t].state == DONE ? DONE : READY;
        }
        if (done == count || broken != nullptr) {
            return;
        }
        if (done != 0) {
            broken = "a barrier that not all threads of a block reach";
            return;
        }
    }
}

// Null, or what a kernel did wrong.
static const char* run_grid(Dim grid, unsigned count, void (*kernel)(void*), void* argument) {
    if (stacks == nullptr) {
        stacks = static_cast<char*>(mmap(nullptr, MOST * STACK, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    }
    body = kernel;
    body_argument = argument;
    broken = nullptr;
    gridDim = grid;
    blockDim = {count, 1, 1};
    for (unsigned z = 0; z < grid.z; z++) {
        for (unsigned y = 0; y < grid.y; y++) {
            for (unsigned x = 0; x < grid.x && broken == nullptr; x++) {
                blockIdx = {x, y, z};
                run_block(count);
            }
        }
    }
    body_argument = nullptr;
    return broken;
}

static Deal& deal(Kind kind, int parameter) {
    Deal& own = all[current].deal;
    own.kind = kind;
    own.parameter = parameter;
    return own;
}

static void meet() {
    if (blockDim.x % WARP != 0) {
        broken = "an operation of a warp in a block that is not whole warps";
    }
    all[current].state = AT_WARP;
    leave();
}

// A kernel by its name, called with pointers to its arguments.
struct Entry {
    const char* name;
    void (*call)(void** arguments);
    const size_t* sizes;  // of the arguments, bytes
    size_t count;
};

struct Sizes {
    const size_t* sizes;
    size_t count;

    template <typename... A>
    static Sizes of(void (*)(A...)) {
        static const size_t all[] = {sizeof(A)..., 0};
        return {all, sizeof...(A)};
    }
};

template <typename... A, size_t... I>
static void call_with(void (*kernel)(A...), void** arguments, std::index_sequence<I...>) {
    kernel(*static_cast<A*>(arguments[I])...);
}

template <typename... A>
static void call_with(void (*kernel)(A...), void** arguments) {
    call_with(kernel, arguments, std::index_sequence_for<A...>());
}
}  // namespace threads

alignas(128) static unsigned char shared_memory[threads::MOST_SHARED];

// What CUDA C++ has built in.
static inline void __syncthreads() {
    if (blockDim.x > 1) {
        threads::all[threads::current].state = threads::AT_BARRIER;
        threads::leave();
    }
}
static inline void __syncwarp() {
    threads::deal(threads::SYNC, 0);
    threads::meet();
}
template <typename T>
static T shuffled(threads::Kind kind, T value, int parameter) {
    static_assert(sizeof(T) % 4 == 0, "whole words");
    uint32_t words[sizeof(T) / 4];
    memcpy(words, &value, sizeof(T));
    for (uint32_t& word : words) {
        threads::Deal& own = threads::deal(kind, parameter);
        own.in[0] = word;
        threads::meet();
        word = own.out[0];
    }
    memcpy(&value, words, sizeof(T));
    return value;
}
template <typename T>
static T __shfl_xor_sync(unsigned, T value, int mask) {
    return shuffled(threads::SHUFFLE_XOR, value, mask);
}
template <typename T>
static T __shfl_sync(unsigned, T value, int lane) {
    return shuffled(threads::SHUFFLE, value, lane);
}
static inline int __dp4a(int a, int b, int c) {
    for (unsigned i = 0; i < 4; i++) {
        c += threads::byte_of(static_cast<uint32_t>(a), i)
            * threads::byte_of(static_cast<uint32_t>(b), i);
    }
    return c;
}
static inline unsigned __byte_perm(unsigned x, unsigned y, unsigned s) {
    const uint64_t both = x | static_cast<uint64_t>(y) << 32;
    unsigned out = 0;
    for (unsigned i = 0; i < 4; i++) {
        out |= static_cast<unsigned>(both >> (8 * (s >> (4 * i) & 7)) & 0xff) << (8 * i);
    }
    return out;
}
static inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned by) {
    return static_cast<unsigned>((low | static_cast<uint64_t>(high) << 32) >> (by & 31));
}
static inline unsigned long __umul64hi(unsigned long a, unsigned long b) {
    return static_cast<unsigned long>((static_cast<unsigned __int128>(a) * b) >> 64);
}
// The words next to each other, by at most 32: the upper one of them to the left, the lower one to
// the right.
static inline unsigned __funnelshift_lc(unsigned low, unsigned high, unsigned by) {
    const uint64_t both = low | static_cast<uint64_t>(high) << 32;
    return static_cast<unsigned>(both << (by < 32 ? by : 32) >> 32);
}
static inline unsigned __funnelshift_rc(unsigned low, unsigned high, unsigned by) {
    const uint64_t both = low | static_cast<uint64_t>(high) << 32;
    return static_cast<unsigned>(both >> (by < 32 ? by : 32));
}
static inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x)); }
static inline int __ffs(int x) { return __builtin_ffs(x); }
static inline int __popc(unsigned x) { return __builtin_popcount(x); }
// Binary16 by its definition, for a compiler that has no such type.
static inline float half_to_float(uint16_t h) {
    const uint32_t magnitude = static_cast<uint32_t>(h & 0x7fff) << 13;
    float x;
    memcpy(&x, &magnitude, 4);
    x = magnitude < 0x0f800000u ? x * 0x1p112f : INFINITY;
    if (magnitude > 0x0f800000u) {
        x = NAN;
    }
    return h & 0x8000 ? -x : x;
}
static inline uint16_t float_to_half(float x) {
    const uint16_t sign = signbit(x) ? 0x8000 : 0;
    const float size = fabsf(x);
    if (isnan(x)) {
        return 0x7e00;
    }
    if (size < 0x1p-14f) {
        return sign | static_cast<uint16_t>(nearbyintf(size * 0x1p24f));
    }
    uint32_t bits;
    memcpy(&bits, &size, 4);
    bits += 0xfff + (bits >> 13 & 1);
    return sign | (bits < 0x47800000u ? static_cast<uint16_t>((bits - 0x38000000u) >> 13) : 0x7c00);
}
// c += a * b, m16n8k32, signed bytes.
static inline void mma_s8(int* c, const unsigned* a, const unsigned* b) {
    threads::Deal& own = threads::deal(threads::MMA_S8, 0);
    memcpy(own.in, a, 16);
    memcpy(own.in + 4, b, 8);
    memcpy(own.in + 6, c, 16);
    threads::meet();
    memcpy(c, own.out, 16);
}
// The same, m16n8k16: the half of the columns that the lower words have.
static inline void mma_s8_k16(int* c, const unsigned* a, unsigned b) {
    const unsigned rows[4] = {a[0], a[1], 0, 0};
    const unsigned columns[2] = {b, 0};
    mma_s8(c, rows, columns);
}
template <typename T>
static T min(T a, T b) { return a < b ? a : b; }
template <typename T>
static T max(T a, T b) { return a > b ? a : b; }
