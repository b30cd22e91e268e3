// A stand-in for CUDA's driver: host memory is the device. It knows one kernel, "scale", and
// checks what it is given as a driver would. fake_fail makes the next call of a function fail;
// "version" gives a version instead of a code, and "none" no device.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>

namespace {
std::set<void*> buffers;
std::string wanted;
int failing = 0;
int sticky = 0;
void* current = nullptr;
int context_cell, stream_cell, event_cell, module_cell, function_cell;

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
        uint64_t size = *reinterpret_cast<uint64_t*>(from - 16);
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
}  // namespace

extern "C" {
void fake_fail(const char* name, int code) { wanted = name; failing = code; sticky = 0; }
long fake_live() { return static_cast<long>(buffers.size()); }

int cuInit(unsigned) { return fail("cuInit"); }
int cuDriverGetVersion(int* out) {
    *out = 12040;
    if (fail("version")) *out = failing;
    return 0;
}
int cuGetErrorName(int code, const char** out) {
    *out = code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : code == 700 ? "CUDA_ERROR_ILLEGAL_ADDRESS"
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
    if (code != 0) return code;
    if (bytes > size_t{1} << 30) return 2;
    char* p = static_cast<char*>(malloc(bytes + 16));
    *reinterpret_cast<uint64_t*>(p) = bytes;
    buffers.insert(p + 16);
    *out = reinterpret_cast<uint64_t>(p + 16);
    return 0;
}
int cuMemFree_v2(uint64_t address) {
    int code = context("cuMemFree_v2");
    if (buffers.erase(reinterpret_cast<void*>(address)) == 0) return 1;
    free(reinterpret_cast<char*>(address) - 16);
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
int cuModuleGetFunction(void** out, void* module, const char* name) {
    *out = &function_cell;
    return module == &module_cell && strcmp(name, "scale") == 0 ? 0 : 500;
}
int cuModuleUnload(void*) { return context("cuModuleUnload"); }
int cuStreamCreate(void** out, unsigned) { *out = &stream_cell; return context("cuStreamCreate"); }
int cuStreamSynchronize(void* s) {
    int code = context("cuStreamSynchronize");
    return code != 0 ? code : s == &stream_cell ? 0 : 400;
}
int cuStreamDestroy_v2(void*) { return context("cuStreamDestroy_v2"); }
int cuEventCreate(void** out, unsigned) { *out = &event_cell; return context("cuEventCreate"); }
int cuEventRecord(void* e, void* s) { return e == &event_cell && s == &stream_cell ? 0 : 400; }
int cuEventSynchronize(void* e) { return e == &event_cell ? 0 : 400; }
int cuEventElapsedTime(float* out, void*, void*) { *out = 1.5f; return 0; }
int cuEventDestroy_v2(void*) { return context("cuEventDestroy_v2"); }
int cuLaunchKernelEx(const Launch* launch, void* function, void** arguments, void** extra) {
    int code = context("cuLaunchKernelEx");
    if (code != 0) return code;
    if (function != &function_cell || extra != nullptr || launch->stream != &stream_cell
        || launch->count != 0 || launch->grid[1] != 1 || launch->grid[2] != 1
        || launch->block[1] != 1 || launch->block[2] != 1) {
        return 1;
    }
    uint64_t x = *static_cast<uint64_t*>(arguments[0]);
    float factor = *static_cast<float*>(arguments[1]);
    int n = *static_cast<int*>(arguments[2]);
    if (!inside(x, sizeof(float) * static_cast<size_t>(n))) {
        sticky = 700;  // as a device, which fails from then on
        return 0;
    }
    for (unsigned i = 0; i < launch->grid[0] * launch->block[0]; i++) {
        if (static_cast<int>(i) < n) {
            reinterpret_cast<float*>(x)[i] *= factor;
        }
    }
    return 0;
}
}
