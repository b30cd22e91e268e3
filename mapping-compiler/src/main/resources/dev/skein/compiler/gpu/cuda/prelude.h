// OpenCL C 1.2 as far as the kernels use it, in C++17, for nvcc and NVRTC; and for a C++ compiler
// of the processor, which takes __CUDACC__ as not defined and has included what stands in for a
// device (cuda_threads.h beside the tests). CudaSources says how the text of the kernels changes.

#ifdef __CUDACC__
#define DEVICE static __device__ __forceinline__
#define DEVICE_MEMBER __device__ __forceinline__
#define KERNEL extern "C" __global__
#define SHARED __shared__
#define CONSTANT static __constant__ const
extern __shared__ __align__(16) unsigned char shared_memory[];
#else
#define DEVICE static inline
#define DEVICE_MEMBER inline
#define KERNEL extern "C" __attribute__((used))
#define SHARED static
#define CONSTANT static const
#endif

#ifndef INFINITY
#define INFINITY __int_as_float(0x7f800000)
#endif

typedef unsigned char uchar;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef signed char sbyte;

// 16 bytes, at a multiple of 16.
struct alignas(16) Words {
  uint w[4];
};

// From memory that no launch that runs at the same time writes.
DEVICE Words load_words(const void *p) {
#ifdef __CUDACC__
  const uint4 v = __ldg((const uint4 *) p);
  return {{v.x, v.y, v.z, v.w}};
#else
  return *(const Words *) p;
#endif
}

template <typename To, typename From>
DEVICE To bits_as(From from) {
  static_assert(sizeof(To) == sizeof(From), "as many bits");
  To to;
  memcpy((void *) &to, (const void *) &from, sizeof(To));
  return to;
}

// A vector of OpenCL: operations element by element, comparisons 0 or -1.
template <typename T, int N>
struct alignas(sizeof(T) * N < 16 ? sizeof(T) * N : 16) Vec {
  T s[N];

  Vec() = default;

  template <typename S, typename = decltype(T(S()))>
  DEVICE_MEMBER Vec(S all) {
#pragma unroll
    for (int i = 0; i < N; i++) {
      s[i] = T(all);
    }
  }

  template <typename A, typename B, typename... Rest>
  DEVICE_MEMBER Vec(A a, B b, Rest... rest) {
    put(0, a, b, rest...);
  }

  DEVICE_MEMBER auto lo() const { return part<0>(); }
  DEVICE_MEMBER auto hi() const { return part<N / 2>(); }
  DEVICE_MEMBER T &x() { return s[0]; }
  DEVICE_MEMBER T &y() { return s[1]; }
  DEVICE_MEMBER T &z() { return s[2]; }
  DEVICE_MEMBER T &w() { return s[3]; }
  DEVICE_MEMBER T x() const { return s[0]; }
  DEVICE_MEMBER T y() const { return s[1]; }
  DEVICE_MEMBER T z() const { return s[2]; }
  DEVICE_MEMBER T w() const { return s[3]; }

 private:
  template <int AT>
  DEVICE_MEMBER auto part() const {
    if constexpr (N == 2) {
      return s[AT];
    } else {
      Vec<T, N / 2> out;
#pragma unroll
      for (int i = 0; i < N / 2; i++) {
        out.s[i] = s[AT + i];
      }
      return out;
    }
  }

  DEVICE_MEMBER void put(int) {}

  template <typename A, typename... Rest>
  DEVICE_MEMBER void put(int at, A a, Rest... rest) {
    s[at] = T(a);
    put(at + 1, rest...);
  }

  template <int M, typename... Rest>
  DEVICE_MEMBER void put(int at, Vec<T, M> a, Rest... rest) {
#pragma unroll
    for (int i = 0; i < M; i++) {
      s[at + i] = a.s[i];
    }
    put(at + M, rest...);
  }
};

#define VECTORS(TYPE, NAME) \
  typedef Vec<TYPE, 2> cl_##NAME##2; \
  typedef Vec<TYPE, 4> cl_##NAME##4; \
  typedef Vec<TYPE, 8> cl_##NAME##8; \
  typedef Vec<TYPE, 16> cl_##NAME##16;

VECTORS(sbyte, char)
VECTORS(uchar, uchar)
VECTORS(int, int)
VECTORS(uint, uint)
VECTORS(long, long)
VECTORS(ulong, ulong)
VECTORS(float, float)

#define BINARY(OP, RESULT, VALUE) \
  template <typename T, int N> \
  DEVICE Vec<RESULT, N> operator OP(Vec<T, N> a, Vec<T, N> b) { \
    Vec<RESULT, N> out; \
    _Pragma("unroll") for (int i = 0; i < N; i++) { \
      out.s[i] = VALUE(a.s[i] OP b.s[i]); \
    } \
    return out; \
  } \
  template <typename T, int N, typename S, typename = decltype(T(S()))> \
  DEVICE Vec<RESULT, N> operator OP(Vec<T, N> a, S b) { \
    return a OP Vec<T, N>(b); \
  } \
  template <typename T, int N, typename S, typename = decltype(T(S()))> \
  DEVICE Vec<RESULT, N> operator OP(S a, Vec<T, N> b) { \
    return Vec<T, N>(a) OP b; \
  }

#define ASSIGNING(OP) \
  BINARY(OP, T, T) \
  template <typename T, int N, typename S> \
  DEVICE Vec<T, N> &operator OP##=(Vec<T, N> &a, S b) { \
    return a = a OP b; \
  }

ASSIGNING(+)
ASSIGNING(-)
ASSIGNING(*)
ASSIGNING(/)
ASSIGNING(&)
ASSIGNING(|)
ASSIGNING(^)
ASSIGNING(<<)
ASSIGNING(>>)
BINARY(<, int, -)
BINARY(<=, int, -)
BINARY(>, int, -)
BINARY(>=, int, -)
BINARY(==, int, -)

template <typename T, int N>
DEVICE Vec<T, N> operator-(Vec<T, N> a) {
  Vec<T, N> out;
#pragma unroll
  for (int i = 0; i < N; i++) {
    out.s[i] = -a.s[i];
  }
  return out;
}

template <typename To, typename T, int N>
DEVICE Vec<To, N> converted(Vec<T, N> a) {
  Vec<To, N> out;
#pragma unroll
  for (int i = 0; i < N; i++) {
    out.s[i] = (To) a.s[i];
  }
  return out;
}

#define EACH(NAME, VALUE) \
  template <int N> \
  DEVICE Vec<float, N> NAME(Vec<float, N> a) { \
    Vec<float, N> out; \
    _Pragma("unroll") for (int i = 0; i < N; i++) { \
      out.s[i] = VALUE(a.s[i]); \
    } \
    return out; \
  }

EACH(rint, rintf)
EACH(fabs, fabsf)

#define EACH_OF_TWO(NAME, VALUE) \
  template <int N> \
  DEVICE Vec<float, N> NAME(Vec<float, N> a, Vec<float, N> b) { \
    Vec<float, N> out; \
    _Pragma("unroll") for (int i = 0; i < N; i++) { \
      out.s[i] = VALUE(a.s[i], b.s[i]); \
    } \
    return out; \
  }

EACH_OF_TWO(fmin, fminf)
EACH_OF_TWO(fmax, fmaxf)

template <typename T, int N>
DEVICE Vec<T, N> clamp(Vec<T, N> a, Vec<T, N> low, Vec<T, N> high) {
  Vec<T, N> out;
#pragma unroll
  for (int i = 0; i < N; i++) {
    const T least = a.s[i] < low.s[i] ? low.s[i] : a.s[i];
    out.s[i] = least > high.s[i] ? high.s[i] : least;
  }
  return out;
}

DEVICE float fused(float a, float b, float c) {
  return fmaf(a, b, c);
}

template <int N>
DEVICE Vec<float, N> fused(Vec<float, N> a, Vec<float, N> b, Vec<float, N> c) {
  Vec<float, N> out;
#pragma unroll
  for (int i = 0; i < N; i++) {
    out.s[i] = fmaf(a.s[i], b.s[i], c.s[i]);
  }
  return out;
}

// Binary16 in memory; numbers are binary32.
struct half {
  unsigned short bits;
};

DEVICE float from_half(half h) {
#ifdef __CUDACC__
  float x;
  asm("cvt.f32.f16 %0, %1;" : "=f"(x) : "h"(h.bits));
  return x;
#else
  return half_to_float(h.bits);
#endif
}

// To the nearest, ties to even.
DEVICE half to_half(float x) {
  half h;
#ifdef __CUDACC__
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(h.bits) : "f"(x));
#else
  h.bits = float_to_half(x);
#endif
  return h;
}

// Not fused: whoever calls it does not care.
template <int N>
DEVICE Vec<float, N> mad(Vec<float, N> a, Vec<float, N> b, Vec<float, N> c) {
  return a * b + c;
}

template <typename T, int N>
DEVICE Vec<T, N> select(Vec<T, N> no, Vec<T, N> yes, Vec<int, N> which) {
  Vec<T, N> out;
#pragma unroll
  for (int i = 0; i < N; i++) {
    out.s[i] = which.s[i] < 0 ? yes.s[i] : no.s[i];
  }
  return out;
}

DEVICE float select(float no, float yes, bool which) {
  return which ? yes : no;
}

// Constant memory is read in whole words where it may be: the text of the kernels promises no
// alignment, and most rows have it.
template <int N, typename T>
DEVICE Vec<T, N> loaded(size_t index, const T *p) {
  Vec<T, N> out;
  p += index * N;
  if constexpr (sizeof(T) * N % 16 == 0) {
    if (((size_t) p & 15) == 0) {
      Words words[sizeof(T) * N / 16];
#pragma unroll
      for (int i = 0; i < (int) (sizeof(T) * N / 16); i++) {
        words[i] = ((const Words *) p)[i];
      }
      memcpy((void *) &out, words, sizeof(out));
      return out;
    }
  }
#pragma unroll
  for (int i = 0; i < N; i++) {
    out.s[i] = p[i];
  }
  return out;
}

// May be an array of the item, which ought to be registers.
template <int N, typename T>
DEVICE Vec<T, N> loaded(size_t index, T *p) {
  Vec<T, N> out;
#pragma unroll
  for (int i = 0; i < N; i++) {
    out.s[i] = p[index * N + i];
  }
  return out;
}

template <typename T, int N>
DEVICE void stored(Vec<T, N> v, size_t index, T *p) {
#pragma unroll
  for (int i = 0; i < N; i++) {
    p[index * N + i] = v.s[i];
  }
}

template <int N>
DEVICE Vec<float, N> loaded_half(size_t index, const half *p) {
  const Vec<unsigned short, N> bits = loaded<N>(index, (const unsigned short *) p);
  Vec<float, N> out;
#pragma unroll
  for (int i = 0; i < N; i++) {
    out.s[i] = from_half({bits.s[i]});
  }
  return out;
}

template <int N>
DEVICE void stored_half(Vec<float, N> v, size_t index, half *p) {
#pragma unroll
  for (int i = 0; i < N; i++) {
    p[index * N + i] = to_half(v.s[i]);
  }
}

// A pointer to local memory among the arguments of a kernel: its place in what a group has.
template <typename T>
struct Local {
  ulong offset;
  DEVICE_MEMBER operator T *() const { return (T *) (shared_memory + offset); }
};

DEVICE size_t get_group_id(int d) {
  return d == 0 ? blockIdx.x : blockIdx.y + (size_t) gridDim.y * blockIdx.z;
}
DEVICE size_t get_num_groups(int d) {
  return d == 0 ? gridDim.x : (size_t) gridDim.y * gridDim.z;
}
DEVICE size_t get_local_id(int d) {
  return d == 0 ? threadIdx.x : 0;
}
DEVICE size_t get_local_size(int d) {
  return d == 0 ? blockDim.x : 1;
}
DEVICE size_t get_global_id(int d) {
  return get_group_id(d) * get_local_size(d) + get_local_id(d);
}

#define barrier(FENCE) __syncthreads()
#define mul_hi(A, B) __umul64hi(A, B)
#define clz(X) __clz((int) (X))
#define char sbyte

#define vload2(I, P) loaded<2>(I, P)
#define vload4(I, P) loaded<4>(I, P)
#define vload8(I, P) loaded<8>(I, P)
#define vload16(I, P) loaded<16>(I, P)
#define vstore2(V, I, P) stored(V, I, P)
#define vstore4(V, I, P) stored(V, I, P)
#define vstore8(V, I, P) stored(V, I, P)
#define vstore16(V, I, P) stored(V, I, P)
#define vload_half16(I, P) loaded_half<16>(I, P)
#define vstore_half16(V, I, P) stored_half(V, I, P)
#define fma(A, B, C) fused(A, B, C)

#define convert_char(X) ((sbyte) (X))
#define as_char(X) bits_as<sbyte>(X)
#define convert_char2(X) converted<sbyte>(X)
#define as_char2(X) bits_as<cl_char2>(X)
#define convert_char4(X) converted<sbyte>(X)
#define as_char4(X) bits_as<cl_char4>(X)
#define convert_char8(X) converted<sbyte>(X)
#define as_char8(X) bits_as<cl_char8>(X)
#define convert_char16(X) converted<sbyte>(X)
#define as_char16(X) bits_as<cl_char16>(X)
#define convert_uchar(X) ((uchar) (X))
#define as_uchar(X) bits_as<uchar>(X)
#define convert_uchar2(X) converted<uchar>(X)
#define as_uchar2(X) bits_as<cl_uchar2>(X)
#define convert_uchar4(X) converted<uchar>(X)
#define as_uchar4(X) bits_as<cl_uchar4>(X)
#define convert_uchar8(X) converted<uchar>(X)
#define as_uchar8(X) bits_as<cl_uchar8>(X)
#define convert_uchar16(X) converted<uchar>(X)
#define as_uchar16(X) bits_as<cl_uchar16>(X)
#define convert_int(X) ((int) (X))
#define as_int(X) bits_as<int>(X)
#define convert_int2(X) converted<int>(X)
#define as_int2(X) bits_as<cl_int2>(X)
#define convert_int4(X) converted<int>(X)
#define as_int4(X) bits_as<cl_int4>(X)
#define convert_int8(X) converted<int>(X)
#define as_int8(X) bits_as<cl_int8>(X)
#define convert_int16(X) converted<int>(X)
#define as_int16(X) bits_as<cl_int16>(X)
#define convert_uint(X) ((uint) (X))
#define as_uint(X) bits_as<uint>(X)
#define convert_uint2(X) converted<uint>(X)
#define as_uint2(X) bits_as<cl_uint2>(X)
#define convert_uint4(X) converted<uint>(X)
#define as_uint4(X) bits_as<cl_uint4>(X)
#define convert_uint8(X) converted<uint>(X)
#define as_uint8(X) bits_as<cl_uint8>(X)
#define convert_uint16(X) converted<uint>(X)
#define as_uint16(X) bits_as<cl_uint16>(X)
#define convert_long(X) ((long) (X))
#define as_long(X) bits_as<long>(X)
#define convert_long2(X) converted<long>(X)
#define as_long2(X) bits_as<cl_long2>(X)
#define convert_long4(X) converted<long>(X)
#define as_long4(X) bits_as<cl_long4>(X)
#define convert_long8(X) converted<long>(X)
#define as_long8(X) bits_as<cl_long8>(X)
#define convert_long16(X) converted<long>(X)
#define as_long16(X) bits_as<cl_long16>(X)
#define convert_ulong(X) ((ulong) (X))
#define as_ulong(X) bits_as<ulong>(X)
#define convert_ulong2(X) converted<ulong>(X)
#define as_ulong2(X) bits_as<cl_ulong2>(X)
#define convert_ulong4(X) converted<ulong>(X)
#define as_ulong4(X) bits_as<cl_ulong4>(X)
#define convert_ulong8(X) converted<ulong>(X)
#define as_ulong8(X) bits_as<cl_ulong8>(X)
#define convert_ulong16(X) converted<ulong>(X)
#define as_ulong16(X) bits_as<cl_ulong16>(X)
#define convert_float(X) ((float) (X))
#define as_float(X) bits_as<float>(X)
#define convert_float2(X) converted<float>(X)
#define as_float2(X) bits_as<cl_float2>(X)
#define convert_float4(X) converted<float>(X)
#define as_float4(X) bits_as<cl_float4>(X)
#define convert_float8(X) converted<float>(X)
#define as_float8(X) bits_as<cl_float8>(X)
#define convert_float16(X) converted<float>(X)
#define as_float16(X) bits_as<cl_float16>(X)

#define char2 cl_char2
#define char4 cl_char4
#define char8 cl_char8
#define char16 cl_char16
#define uchar2 cl_uchar2
#define uchar4 cl_uchar4
#define uchar8 cl_uchar8
#define uchar16 cl_uchar16
#define int2 cl_int2
#define int4 cl_int4
#define int8 cl_int8
#define int16 cl_int16
#define uint2 cl_uint2
#define uint4 cl_uint4
#define uint8 cl_uint8
#define uint16 cl_uint16
#define long2 cl_long2
#define long4 cl_long4
#define long8 cl_long8
#define long16 cl_long16
#define ulong2 cl_ulong2
#define ulong4 cl_ulong4
#define ulong8 cl_ulong8
#define ulong16 cl_ulong16
#define float2 cl_float2
#define float4 cl_float4
#define float8 cl_float8
#define float16 cl_float16
