// A stand-in for CUDA's driver: host memory is the device. It checks what it is given as a driver
// would and runs kernels on the processor: "scale", "multiply_s8", and those of the file that
// KERNELS names, CUDA C++ and a table of it. An image is any text of PTX; its kernels are these,
// whatever it says. A stream that is being captured runs nothing; what waits for the device breaks
// the capture. Its clock is still but for launches: 1.5 ms, and one more for each 12500 threads.
// fake_fail makes the next call of a function fail; "version" gives a version instead of a code,
// and "none" no device. A write behind a buffer is found when it is freed.
#include "cuda_threads.h"
#include <set>
#include <string>

extern "C" {
void scale(float* x, float factor, int n) {
    int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    if (i < n) {
        x[i] *= factor;
    }
}

// c [16, 8] += a [16, k] * b [8, k] by one warp, k 16 or 32.
void multiply_s8(const signed char* a, const signed char* b, int* c, int k) {
    const int group = static_cast<int>(threadIdx.x) / 4;
    const int member = static_cast<int>(threadIdx.x) % 4;
    unsigned rows[4], columns[2];
    int own[4];
    for (int i = 0; i < 4; i++) {
        memcpy(rows + i, a + (group + i % 2 * 8) * k + 4 * member + i / 2 * (k - 16), 4);
        memcpy(columns + i / 2, b + group * k + 4 * member + i / 2 * (k - 16), 4);
        own[i] = c[(group + i / 2 * 8) * 8 + 2 * member + i % 2];
    }
    if (k == 16) {
        mma_s8_k16(own, rows, columns[0]);
    } else {
        mma_s8(own, rows, columns);
    }
    for (int i = 0; i < 4; i++) {
        c[(group + i / 2 * 8) * 8 + 2 * member + i % 2] = own[i];
    }
}
}
// All kernels, and how many; behind the driver, since the text of kernels has macros of its own.
static const threads::Entry* entries();
static size_t entry_count();

namespace {
std::set<void*> buffers;
struct Captured;
std::set<Captured*> graphs;
Captured* capturing = nullptr;
bool capture_broken = false;
long launched = 0;  // kernels and graphs
double clock_millis = 0;
std::set<double*> events;  // when each was reached
std::string wanted;
int failing = 0;
int sticky = 0;
void* current = nullptr;
int context_cell, stream_cell, module_cell;
const size_t HEAD = 64;
const size_t GUARD = 64;
const int BEHIND = 0x5a;

int fail(const char* name) {
    if (sticky != 0) {
        return sticky;
    }
    if (wanted == name) {
        wanted.clear();
        return failing;
    }
    return 0;
}

int context(const char* name) {
    int code = fail(name);
    return code != 0 ? code : current == nullptr ? 201 : 0;
}

bool inside(uint64_t address, size_t bytes) {
    for (void* p : buffers) {
        uint64_t from = reinterpret_cast<uint64_t>(p);
        uint64_t size = *reinterpret_cast<uint64_t*>(from - HEAD);
        if (address >= from && address + bytes <= from + size) {
            return true;
        }
    }
    return false;
}

struct Launch {
    unsigned grid[3], block[3], shared;
    void* stream;
    void* attributes;
    unsigned count;
};

// A kernel with what its arguments were.
struct Node {
    Launch launch;
    const threads::Entry* entry;
    std::vector<std::vector<char>> values;
};
struct Captured {
    std::vector<Node> nodes;
};

// 900 while a stream is captured, which that breaks.
int unsupported() {
    capture_broken |= capturing != nullptr;
    return capturing != nullptr ? 900 : 0;
}

void run(const Launch& launch, const threads::Entry* entry, void** arguments);
}  // namespace

extern "C" {
void fake_fail(const char* name, int code) { wanted = name; failing = code; sticky = 0; }
long fake_launched() { return launched; }
long fake_graphs() { return static_cast<long>(graphs.size()); }
long fake_live() { return static_cast<long>(buffers.size()); }

int cuInit(unsigned) { return fail("cuInit"); }
int cuDriverGetVersion(int* out) {
    *out = 12040;
    if (fail("version")) *out = failing;
    return 0;
}
int cuGetErrorName(int code, const char** out) {
    *out = code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : code == 700 ? "CUDA_ERROR_ILLEGAL_ADDRESS"
        : code == 719 ? "CUDA_ERROR_LAUNCH_FAILED" : code == 218 ? "CUDA_ERROR_INVALID_PTX"
        : code == 222 ? "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"
        : code == 901 ? "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED"
        : code == 900 ? "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"
        : code == 500 ? "CUDA_ERROR_NOT_FOUND" : code == 999 ? "CUDA_ERROR_UNKNOWN" : nullptr;
    return *out == nullptr ? 1 : 0;
}
int cuDeviceGetCount(int* out) { *out = fail("none") ? 0 : 1; return fail("cuDeviceGetCount"); }
int cuDeviceGet(int* out, int index) { *out = 7; return index == 0 ? 0 : 101; }
int cuDeviceGetName(char* out, int bytes, int device) {
    strncpy(out, "Fake GPU", static_cast<size_t>(bytes));
    return device == 7 ? fail("cuDeviceGetName") : 101;
}
int cuDeviceGetAttribute(int* out, int attribute, int device) {
    *out = attribute == 75 ? 9 : attribute == 76 ? 0 : attribute == 16 ? 132
        : attribute == 13 ? 1980000 : attribute == 36 ? 2619000 : attribute == 37 ? 5120 : -1;
    return device == 7 ? 0 : 101;
}
int cuDeviceTotalMem_v2(size_t* out, int) { *out = size_t{1} << 30; return 0; }
int cuDevicePrimaryCtxRetain(void** out, int device) {
    *out = &context_cell;
    return device == 7 ? fail("cuDevicePrimaryCtxRetain") : 101;
}
int cuDevicePrimaryCtxRelease_v2(int) { return fail("cuDevicePrimaryCtxRelease_v2"); }
int cuCtxSetCurrent(void* context) { current = context; return fail("cuCtxSetCurrent"); }
int cuMemAlloc_v2(uint64_t* out, size_t bytes) {
    int code = context("cuMemAlloc_v2");
    if (code != 0 || (code = unsupported()) != 0) return code;
    if (bytes > size_t{4} << 30) return 2;
    size_t all = (HEAD + bytes + GUARD + HEAD - 1) / HEAD * HEAD;
    char* p = static_cast<char*>(aligned_alloc(HEAD, all));
    *reinterpret_cast<uint64_t*>(p) = bytes;
    memset(p + HEAD, 0xa5, bytes);
    memset(p + HEAD + bytes, BEHIND, GUARD);
    buffers.insert(p + HEAD);
    *out = reinterpret_cast<uint64_t>(p + HEAD);
    return 0;
}
int cuMemFree_v2(uint64_t address) {
    int code = context("cuMemFree_v2");
    if (buffers.erase(reinterpret_cast<void*>(address)) == 0) return 1;
    char* p = reinterpret_cast<char*>(address);
    const char* behind = p + *reinterpret_cast<uint64_t*>(p - HEAD);
    for (size_t i = 0; i < GUARD; i++) {
        if (behind[i] != BEHIND) code = 700;
    }
    free(p - HEAD);
    return code;
}
int cuMemcpyHtoD_v2(uint64_t to, const void* from, size_t bytes) {
    int code = context("cuMemcpyHtoD_v2");
    if (code != 0 || !inside(to, bytes)) return code != 0 ? code : 1;
    memcpy(reinterpret_cast<void*>(to), from, bytes);
    return 0;
}
int cuMemcpyDtoH_v2(void* to, uint64_t from, size_t bytes) {
    int code = context("cuMemcpyDtoH_v2");
    if (code != 0 || !inside(from, bytes)) return code != 0 ? code : 1;
    memcpy(to, reinterpret_cast<void*>(from), bytes);
    return 0;
}
int cuMemcpyDtoD_v2(uint64_t to, uint64_t from, size_t bytes) {
    int code = context("cuMemcpyDtoD_v2");
    if (code != 0 || !inside(from, bytes) || !inside(to, bytes)) return code != 0 ? code : 1;
    memmove(reinterpret_cast<void*>(to), reinterpret_cast<void*>(from), bytes);
    return 0;
}
int cuMemsetD8_v2(uint64_t to, unsigned char value, size_t bytes) {
    int code = context("cuMemsetD8_v2");
    if (code != 0 || !inside(to, bytes)) return code != 0 ? code : 1;
    memset(reinterpret_cast<void*>(to), value, bytes);
    return 0;
}
int cuModuleLoadData(void** out, const void* image) {
    *out = &module_cell;
    int code = context("cuModuleLoadData");
    return code != 0 ? code : strstr(static_cast<const char*>(image), ".version") ? 0 : 218;
}
int cuModuleGetFunction(const void** out, void* module, const char* name) {
    if (module != &module_cell) return 400;
    for (size_t i = 0; i < entry_count(); i++) {
        if (strcmp(name, entries()[i].name) == 0) {
            *out = entries() + i;
            return 0;
        }
    }
    return 500;
}
int cuFuncGetAttribute(int* out, int attribute, const void*) {
    *out = attribute == 0 ? 1024 : -1;
    return context("cuFuncGetAttribute");
}
int cuModuleUnload(void*) { return context("cuModuleUnload"); }
int cuStreamCreate(void** out, unsigned) { *out = &stream_cell; return context("cuStreamCreate"); }
int cuStreamSynchronize(void* s) {
    int code = context("cuStreamSynchronize");
    if (code != 0 || (code = unsupported()) != 0) return code;
    return s == &stream_cell ? 0 : 400;
}
int cuStreamDestroy_v2(void*) { return context("cuStreamDestroy_v2"); }
int cuEventCreate(double** out, unsigned) {
    const int code = context("cuEventCreate");
    if (code == 0) {
        *out = new double(-1);
        events.insert(*out);
    }
    return code;
}
int cuEventRecord(double* e, void* s) {
    if (events.count(e) == 0 || s != &stream_cell) return 400;
    *e = clock_millis;
    return 0;
}
int cuEventSynchronize(double* e) { return events.count(e) != 0 ? 0 : 400; }
int cuEventElapsedTime(float* out, double* from, double* to) {
    if (events.count(from) == 0 || events.count(to) == 0 || *from < 0 || *to < 0) return 400;
    *out = static_cast<float>(*to - *from);
    return 0;
}
int cuEventDestroy_v2(double* e) {
    if (events.erase(e) == 0) return 400;
    delete e;
    return context("cuEventDestroy_v2");
}
int cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t bytes, void* s) {
    const int code = unsupported();
    return code != 0 ? code : s == &stream_cell ? cuMemcpyHtoD_v2(to, from, bytes) : 400;
}
int cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t bytes, void* s) {
    const int code = unsupported();
    return code != 0 ? code : s == &stream_cell ? cuMemcpyDtoH_v2(to, from, bytes) : 400;
}
int cuMemsetD8Async(uint64_t to, unsigned char value, size_t bytes, void* s) {
    return s == &stream_cell ? cuMemsetD8_v2(to, value, bytes) : 400;
}
int cuLaunchKernelEx(const Launch* launch, const threads::Entry* entry, void** arguments,
        void** extra) {
    int code = context("cuLaunchKernelEx");
    if (code != 0) return code;
    if (entry < entries() || entry >= entries() + entry_count() || extra != nullptr
        || launch->stream != &stream_cell || launch->count != 0 || launch->block[1] != 1
        || launch->block[2] != 1 || launch->shared > threads::MOST_SHARED) {
        return 1;
    }
    if (capturing != nullptr) {
        Node node = {*launch, entry, {}};
        for (size_t i = 0; i < entry->count; i++) {
            const char* value = static_cast<const char*>(arguments[i]);
            node.values.emplace_back(value, value + entry->sizes[i]);
        }
        capturing->nodes.push_back(node);
        return 0;
    }
    launched++;
    if (entry == entries()) {
        uint64_t x = *static_cast<uint64_t*>(arguments[0]);
        if (!inside(x, sizeof(float) * *static_cast<unsigned*>(arguments[2]))) {
            sticky = 700;  // as a device, which fails from then on
            return 0;
        }
    }
    run(*launch, entry, arguments);
    return 0;
}
int cuLaunchKernel(const threads::Entry* entry, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
        unsigned by, unsigned bz, unsigned shared, void* stream, void** arguments, void** extra) {
    const Launch launch = {{gx, gy, gz}, {bx, by, bz}, shared, stream, nullptr, 0};
    return cuLaunchKernelEx(&launch, entry, arguments, extra);
}
int cuStreamBeginCapture_v2(void* s, int mode) {
    int code = context("cuStreamBeginCapture_v2");
    if (code != 0) return code;
    if (s != &stream_cell || mode != 1 || capturing != nullptr) return 1;
    capturing = new Captured();
    capture_broken = false;
    graphs.insert(capturing);
    return 0;
}
int cuStreamEndCapture(void* s, Captured** out) {
    int code = context("cuStreamEndCapture");
    if (code != 0) capture_broken = true;
    if (s != &stream_cell || capturing == nullptr) return 1;
    *out = capturing;
    capturing = nullptr;
    if (capture_broken) {
        graphs.erase(*out);
        delete *out;
        *out = nullptr;
        return code != 0 ? code : 901;
    }
    return 0;
}
int cuGraphInstantiateWithFlags(Captured** out, Captured* graph, unsigned long long flags) {
    int code = context("cuGraphInstantiateWithFlags");
    if (code != 0) return code;
    if (graphs.count(graph) == 0 || flags != 0) return 1;
    *out = new Captured(*graph);
    graphs.insert(*out);
    return 0;
}
int cuGraphDestroy(Captured* graph) {
    if (graphs.erase(graph) == 0) return 1;
    delete graph;
    return fail("cuGraphDestroy");
}
int cuGraphExecDestroy(Captured* graph) { return cuGraphDestroy(graph); }
int cuGraphLaunch(Captured* graph, void* s) {
    int code = context("cuGraphLaunch");
    if (code != 0 || (code = unsupported()) != 0) return code;
    if (graphs.count(graph) == 0 || s != &stream_cell) return 1;
    launched++;
    for (Node& node : graph->nodes) {
        void* arguments[128];
        for (size_t i = 0; i < node.values.size(); i++) arguments[i] = node.values[i].data();
        run(node.launch, node.entry, arguments);
    }
    return 0;
}
}

namespace {
void run(const Launch& launch, const threads::Entry* entry, void** arguments) {
    const size_t blocks = size_t{launch.grid[0]} * launch.grid[1] * launch.grid[2];
    clock_millis += 1.5 + static_cast<double>(blocks * launch.block[0] / 12500);
    memset(shared_memory, 0xa5, launch.shared);
    struct Call {
        const threads::Entry* entry;
        void** arguments;
    } call = {entry, arguments};
    const char* wrong = threads::run_grid({launch.grid[0], launch.grid[1], launch.grid[2]},
        launch.block[0], [](void* c) {
            static_cast<Call*>(c)->entry->call(static_cast<Call*>(c)->arguments);
        }, &call);
    if (wrong != nullptr) {
        fprintf(stderr, "stand-in for CUDA: %s: %s\n", entry->name, wrong);
        sticky = 719;
    }
}
}  // namespace

#ifdef KERNELS
#include KERNELS
#endif
#ifndef TABLE
#define TABLE
#endif
#define ENTRY(NAME) \
    {#NAME, [](void** a) { threads::call_with(NAME, a); }, threads::Sizes::of(NAME).sizes, \
        threads::Sizes::of(NAME).count},
static const threads::Entry ENTRIES[] = {ENTRY(scale) ENTRY(multiply_s8) TABLE};
static const threads::Entry* entries() { return ENTRIES; }
static size_t entry_count() { return std::size(ENTRIES); }
