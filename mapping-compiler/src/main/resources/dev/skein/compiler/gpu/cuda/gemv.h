// Products of packed rows with one token in CUDA's own words, in place of the kernels of dense.cl
// that take one: a warp a row, and as many rows a block as it has warps. Sums of integers have no
// order, so the bits are the same.

DEVICE int lane_of_warp() {
  return threadIdx.x & 31;
}

// What all lanes get.
DEVICE long sum_of_warp(long sum) {
  for (int other = 16; other > 0; other /= 2) {
    sum += __shfl_xor_sync(~0u, sum, other);
  }
  return sum;
}

// The row of this warp among those of a launch.
DEVICE int row_of_warp() {
  return (blockIdx.x * blockDim.x + threadIdx.x) >> 5;
}

// Width bits, up to 32, from bit at of aligned words, and others above them. Reads the words that
// have some of them.
DEVICE uint bits_of(const uint *words, int at, int width) {
  const uint *w = words + (at >> 5);
  const int skip = at & 31;
  return __funnelshift_r(w[0], skip + width > 32 ? w[1] : 0, skip);
}

// Up to 64 bits.
struct Fields {
  uint low, high;
};

// Width bits, 32 to 64, as bits_of.
DEVICE Fields fields_of(const uint *words, int at, int width) {
  const uint *w = words + (at >> 5);
  const int skip = at & 31;
  const uint next = skip + width > 32 ? w[1] : 0;
  return {__funnelshift_r(w[0], next, skip),
          __funnelshift_r(next, skip + width > 64 ? w[2] : 0, skip)};
}

// Eight bytes.
struct Pair {
  uint even, odd;
};

// Eight fields of BITS bits at the top of bytes, those of even number and those of odd number: of
// fields that follow each other, two lie in a byte when pairs are spread to bytes.
template <int BITS>
DEVICE Pair tops_of(Fields f) {
  if constexpr (BITS == 2) {
    uint t = f.low & 0xffff;
    t = (t | t << 8) & 0x00ff00ff;
    t = (t | t << 4) & 0x0f0f0f0f;
    return {t << 6 & 0xc0c0c0c0u, t << 4 & 0xc0c0c0c0u};
  } else if constexpr (BITS == 3) {
    uint t = (f.low & 0xfff) | (f.low & 0xfff000) << 4;
    t = (t & 0x003f003f) | (t & 0x0fc00fc0) << 2;
    return {t << 5 & 0xe0e0e0e0u, t << 2 & 0xe0e0e0e0u};
  } else if constexpr (BITS == 4) {
    return {f.low << 4 & 0xf0f0f0f0u, f.low & 0xf0f0f0f0u};
  } else if constexpr (BITS == 5) {
    const uint u = f.low;
    const uint v = __funnelshift_r(f.low, f.high, 20);
    const uint s = (u & 0x3ff) | (u & 0xffc00) << 6;
    const uint t = (v & 0x3ff) | (v & 0xffc00) << 6;
    return {__byte_perm(s << 3, t << 3, 0x6420) & 0xf8f8f8f8u,
            __byte_perm(s >> 2, t >> 2, 0x6420) & 0xf8f8f8f8u};
  } else {
    return {__byte_perm(f.low, f.high, 0x6420), __byte_perm(f.low, f.high, 0x7531)};
  }
}

// Adds the products of eight pairs of bytes.
DEVICE int dot_of_eight(Pair w, uint evenX, uint oddX, int sum) {
  return __dp4a((int) w.odd, (int) oddX, __dp4a((int) w.even, (int) evenX, sum));
}

// 16 bytes of a row, from a place that is a multiple of 16 in the row but perhaps not in memory:
// read as whole words around it. Of words past the row's end none is read.
DEVICE Words row_words(const uchar *row, int bytes, int at) {
  const int skip = (size_t) row & 15;  // the same for all items of a row
  const uchar *low = row + at - skip;
  const Words a = load_words(low);
  if (skip == 0) {
    return a;
  }
  const Words b = at + 16 - skip < bytes ? load_words(low + 16) : Words{};
  uint w[5];
  switch (skip >> 2) {
    case 0: w[0] = a.w[0], w[1] = a.w[1], w[2] = a.w[2], w[3] = a.w[3], w[4] = b.w[0]; break;
    case 1: w[0] = a.w[1], w[1] = a.w[2], w[2] = a.w[3], w[3] = b.w[0], w[4] = b.w[1]; break;
    case 2: w[0] = a.w[2], w[1] = a.w[3], w[2] = b.w[0], w[3] = b.w[1], w[4] = b.w[2]; break;
    default: w[0] = a.w[3], w[1] = b.w[0], w[2] = b.w[1], w[3] = b.w[2], w[4] = b.w[3];
  }
  const int bits = 8 * (skip & 3);
  return {{__funnelshift_r(w[0], w[1], bits), __funnelshift_r(w[1], w[2], bits),
           __funnelshift_r(w[2], w[3], bits), __funnelshift_r(w[3], w[4], bits)}};
}

// Eight columns in order, 2^(8 - BITS) times their sum.
template <int BITS>
DEVICE int dot_in_order(Fields f, uint x0, uint x1, int sum) {
  return dot_of_eight(tops_of<BITS>(f), __byte_perm(x0, x1, 0x6420),
                      __byte_perm(x0, x1, 0x7531), sum);
}

DEVICE int unit_w4(const uint *q, Words x) {
  return dot_in_order<4>({q[1]}, x.w[2], x.w[3],
                         dot_in_order<4>({q[0]}, x.w[0], x.w[1], 0)) >> 4;
}

DEVICE int unit_w8(const uint *q, Words x) {
  int sum = 0;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    sum = __dp4a((int) q[i], (int) x.w[i], sum);
  }
  return sum;
}

// A row of units of 16 weights, its group scales behind them.
struct PackedRow {
  const uchar *w;
  int units;
  int bytes;
};

template <int BITS>
DEVICE PackedRow packed_row(const uchar *weights, int row, int groupCode, int k) {
  const int units = (k + 15) / 16;
  const int groups = groupCode == 0 ? 0 : (units + (1 << (groupCode - 1)) - 1) >> (groupCode - 1);
  return {weights + row * ((ulong) units * 2 * BITS + groups), units, units * 2 * BITS};
}

DEVICE int group_scale(PackedRow p, int groupCode, int unit) {
  return groupCode == 0 ? 1 : p.w[p.bytes + (unit >> (groupCode - 1))];
}

// What a lane adds to the sum of a row with the activations x: units of 16 weights, PART of them in
// 16 bytes.
#define GEMV_SUMS(BITS, PART) \
  DEVICE long gemv_w##BITS(const uchar *weights, int row, int groupCode, const sbyte *x, int k) { \
    const PackedRow p = packed_row<BITS>(weights, row, groupCode, k); \
    long sum = 0; \
    for (int u = PART * lane_of_warp(); u < p.units; u += PART * 32) { \
      const Words q = row_words(p.w, p.bytes, u * 2 * BITS); \
      _Pragma("unroll") for (int i = 0; i < PART; i++) { \
        if (u + i < p.units) { \
          const int dot = unit_w##BITS(q.w + 4 / PART * i, load_words(x + 16 * (u + i))); \
          sum += (long) dot * group_scale(p, groupCode, u + i); \
        } \
      } \
    } \
    return sum; \
  }

// Half a unit.
template <int BITS>
DEVICE Fields half_unit(const uint *words, int at) {
  if constexpr (8 * BITS > 32) {
    return fields_of(words, at, 8 * BITS);
  } else {
    return {bits_of(words, at, 8 * BITS)};
  }
}

// The same for widths whose units are no part of 16 bytes: the words that a unit has a part in.
#define GEMV_SUMS_OF_BITS(BITS) \
  DEVICE long gemv_w##BITS(const uchar *weights, int row, int groupCode, const sbyte *x, int k) { \
    const PackedRow p = packed_row<BITS>(weights, row, groupCode, k); \
    const int skip = (size_t) p.w & 3; \
    const uint *words = (const uint *) (p.w - skip); \
    long sum = 0; \
    for (int u = lane_of_warp(); u < p.units; u += 32) { \
      const int at = 8 * skip + 16 * BITS * u; \
      const Words own = load_words(x + 16 * u); \
      int dot = dot_in_order<BITS>(half_unit<BITS>(words, at), own.w[0], own.w[1], 0); \
      dot = dot_in_order<BITS>(half_unit<BITS>(words, at + 8 * BITS), own.w[2], own.w[3], dot); \
      sum += (long) (dot >> (8 - BITS)) * group_scale(p, groupCode, u); \
    } \
    return sum; \
  }

GEMV_SUMS_OF_BITS(2)
GEMV_SUMS_OF_BITS(3)
GEMV_SUMS(4, 2)
GEMV_SUMS_OF_BITS(5)
GEMV_SUMS(8, 1)

// Group x: as many rows as a block has warps; group y: a token.
#define GEMV(NAME, BITS) \
  KERNEL void NAME(MATRIX(), int groupCode, const sbyte *x, const float *xScale, int fn, \
                   int with, const float *other, RESULT(), int k, int tokens, \
                   Local<long> unused) { \
    const int row = row_of_warp(); \
    const int t = get_group_id(1); \
    if (row >= n) { \
      return; \
    } \
    const long sum = sum_of_warp(gemv_w##BITS(weights, row, groupCode, \
                                              x + t * (ulong) align16(k), k)); \
    if (lane_of_warp() == 0) { \
      const ulong at = t * (ulong) n + row; \
      const float out = product(sum, weights, scaleOffset, bias, biased, row, xScale[t]); \
      y[at] = joined(activated(out, fn), with, other, at); \
    } \
  }

#define GEMV_QKV(NAME, BITS) \
  KERNEL void NAME(MATRIX(0), MATRIX(1), MATRIX(2), int groupCode, const sbyte *x, \
                   const float *xScale, RESULT(0), RESULT(1), RESULT(2), int k, int tokens, \
                   Local<long> unused) { \
    THIS_OF_THREE(row_of_warp(), n0, n1) \
    const int t = get_group_id(1); \
    if (place >= n) { \
      return; \
    } \
    const long sum = sum_of_warp(gemv_w##BITS(weights, place, groupCode, \
                                              x + t * (ulong) align16(k), k)); \
    if (lane_of_warp() == 0) { \
      y[t * (ulong) n + place] = product(sum, weights, scaleOffset, bias, biased, place, \
                                         xScale[t]); \
    } \
  }

#define GEMV_GATED(NAME, BITS) \
  KERNEL void NAME(MATRIX(0), MATRIX(1), int groupCode, const sbyte *x, const float *xScale, \
                   int fn, RESULT(), int k, int tokens, Local<long> unused) { \
    const int row = row_of_warp(); \
    const int t = get_group_id(1); \
    if (row >= n) { \
      return; \
    } \
    const sbyte *own = x + t * (ulong) align16(k); \
    const long gates = sum_of_warp(gemv_w##BITS(weights0, row, groupCode, own, k)); \
    const long ups = sum_of_warp(gemv_w##BITS(weights1, row, groupCode, own, k)); \
    if (lane_of_warp() == 0) { \
      const float gate = product(gates, weights0, scaleOffset0, bias0, biased0, row, xScale[t]); \
      const float up = product(ups, weights1, scaleOffset1, bias1, biased1, row, xScale[t]); \
      y[t * (ulong) n + row] = activated(gate, fn) * up; \
    } \
  }
