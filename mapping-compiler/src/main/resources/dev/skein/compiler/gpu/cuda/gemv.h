// Sums of packed rows with one token in CUDA's own words, in place of DENSE_SUMS(4, 1) and
// DENSE_SUMS(8, 1) of dense.cl: 16 bytes of a row at a time, four products an instruction. Sums of
// integers have no order, so the bits are the same.
#define SUMS_OF_ONE_2 DENSE_SUMS(2, 1)
#define SUMS_OF_ONE_3 DENSE_SUMS(3, 1)
#define SUMS_OF_ONE_4
#define SUMS_OF_ONE_5 DENSE_SUMS(5, 1)
#define SUMS_OF_ONE_8

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

// Eight weights of four bits, at the top of bytes, with eight activations: 16 times their sum.
DEVICE int dot_w4(uint q, uint x0, uint x1, int sum) {
  sum = __dp4a((int) (q << 4 & 0xf0f0f0f0u), (int) __byte_perm(x0, x1, 0x6420), sum);
  return __dp4a((int) (q & 0xf0f0f0f0u), (int) __byte_perm(x0, x1, 0x7531), sum);
}

DEVICE int unit_w4(const uint *q, Words x) {
  return dot_w4(q[1], x.w[2], x.w[3], dot_w4(q[0], x.w[0], x.w[1], 0)) >> 4;
}

DEVICE int unit_w8(const uint *q, Words x) {
  int sum = 0;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    sum = __dp4a((int) q[i], (int) x.w[i], sum);
  }
  return sum;
}

// Units of 16 weights; PART of them in 16 bytes.
#define GEMV_SUMS(BITS, PART) \
  DEVICE void dense_w##BITS##_1(const uchar *weights, int row, int groupCode, const sbyte *x, \
                                int k, int first, int tokens, long *sums) { \
    const int units = (k + 15) / 16; \
    const int bytes = units * 2 * BITS; \
    const int groups = groupCode == 0 ? 0 : (units + (1 << (groupCode - 1)) - 1) \
        >> (groupCode - 1); \
    const uchar *w = weights + (ulong) row * (bytes + groups); \
    const sbyte *own = x + (ulong) (first < tokens ? first : tokens - 1) * 16 * units; \
    long sum = 0; \
    for (int u = PART * threadIdx.x; u < units; u += PART * blockDim.x) { \
      const Words q = row_words(w, bytes, u * 2 * BITS); \
      _Pragma("unroll") for (int i = 0; i < PART; i++) { \
        if (u + i < units) { \
          const int dot = unit_w##BITS(q.w + 4 / PART * i, load_words(own + 16 * (u + i))); \
          sum += (long) dot * (groupCode == 0 ? 1 : w[bytes + ((u + i) >> (groupCode - 1))]); \
        } \
      } \
    } \
    sums[threadIdx.x] = sum; \
  }

GEMV_SUMS(4, 2)
GEMV_SUMS(8, 1)
