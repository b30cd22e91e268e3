// Strips with several tokens on tensor cores, behind the functions of strips.cl that unpack them: a
// strip is the 16 rows of a warp, and its blocks become int8 in shared memory.

// Strips of a warp, as a thread sees them.
struct StripWeights {
  static constexpr int W_STRIDE = 80;
  static constexpr int DOWN = 0;
  static constexpr bool IN_TURN = false;  // each block begins where the one before it ends

  const Operands &o;
  const uchar *strip;
  const uchar *scales;
  const uchar *next;  // block to be copied

  // of(row): the strip and its group scales.
  template <typename Of>
  DEVICE_MEMBER StripWeights(const Operands &o, int firstRow, int chunk, Of of) : o(o) {
    strip = of(min(firstRow, o.rows - 1), scales);
    int bytes = 0;
    for (int b = threadIdx.x % 32; b < min(chunk * CHUNK_UNITS, o.units()); b += 32) {
      bytes += block_bytes(strip[b]);
    }
#pragma unroll
    for (int i = 16; i > 0; i /= 2) {
      bytes += __shfl_xor_sync(0xffffffff, bytes, i);
    }
    next = strip + o.units() + bytes;
  }

  static DEVICE_MEMBER int block_bytes(uint code) {
    const int pattern = code & 7;
    return 16 * STRIP_INDEX_BYTES[pattern] + 2 * STRIP_KEPT[pattern] * STRIP_BITS[code >> 3];
  }

  // Half of the rows of each block to 16 bytes of a row; chunks come in their order.
  DEVICE_MEMBER void copy(uchar *rows, int chunk) {
    const int row = threadIdx.x % WARP_ROWS;
#pragma unroll 1
    for (int u = 0; u < CHUNK_UNITS; u++) {
      const int block = chunk * CHUNK_UNITS + u;
      if (block >= o.units()) {
        return;
      }
      if (u % 2 == threadIdx.x % 32 / WARP_ROWS) {
        *(Words *) (rows + row * W_STRIDE + 16 * u) = unpacked(strip[block], row);
      }
      next += block_bytes(strip[block]);
    }
  }

  DEVICE_MEMBER Words unpacked(uint code, int row) const {
    const int pattern = code & 7;
    const int bits = STRIP_BITS[code >> 3];
    const int16 v = strip_row(strip_mask(pattern, next, row),
        next + 16 * STRIP_INDEX_BYTES[pattern], row * STRIP_KEPT[pattern] * bits, bits);
    return bits_as<Words>(convert_char16(v));
  }

  DEVICE_MEMBER void load(uint *a, const uchar *rows, int) const {
#pragma unroll
    for (int i = 0; i < 2 * CHUNK_UNITS; i++) {
      const uchar *row = rows + (threadIdx.x % 32 / 4 + i % 2 * 8) * W_STRIDE;
      a[i] = ((const uint *) (row + i / 2 * 16))[threadIdx.x % 4];
    }
  }

  DEVICE_MEMBER uint scale(int unit, int r) const {
    return scales[16 * (unit >> (o.groupCode - 1)) + threadIdx.x % 32 / 4 + 8 * r];
  }
};

// A strip of a matrix, for StripWeights.
#define STRIP_OF(WEIGHTS, STRIP) \
  const uchar *strip = (WEIGHTS) + (STRIP) * (ulong) stripBytes; \
  scales = strip + groupAt; \
  return strip;

#define TENSOR_MEMORY \
  TENSOR_STAGES(StripWeights::W_STRIDE); \
  SHARED long sums[TENSOR_THREADS * TENSOR_WARPS];

#define TENSOR_STRIPS(NAME) \
  TENSOR_KERNEL void NAME(MATRIX(), int groupCode, int stripBytes, int groupAt, const sbyte *x, \
                          const float *xScale, int fn, int with, const float *other, RESULT(), \
                          int k, int tokens) { \
    TENSOR_MEMORY \
    const Operands o = {n, groupCode, x, k, tokens, stages, sums}; \
    tensor_product<StripWeights>(o, [&](int row, const uchar *&scales) { \
          STRIP_OF(weights, row / WARP_ROWS) \
        }, PUT_JOINED); \
  }

#define TENSOR_STRIPS_QKV(NAME) \
  TENSOR_KERNEL void NAME(MATRIX(0), MATRIX(1), MATRIX(2), int groupCode, int stripBytes, \
                          int groupAt, const sbyte *x, const float *xScale, RESULT(0), RESULT(1), \
                          RESULT(2), int k, int tokens) { \
    TENSOR_MEMORY \
    const int s0 = align16(n0) / 16; \
    const int s1 = align16(n1) / 16; \
    const Operands o = {16 * (s0 + s1) + align16(n2), groupCode, x, k, tokens, stages, sums}; \
    tensor_product<StripWeights>(o, [&](int row, const uchar *&scales) { \
          const int place = row / WARP_ROWS; \
          STRIP_OF(place < s0 ? weights0 : place < s0 + s1 ? weights1 : weights2, \
                   place < s0 ? place : place < s0 + s1 ? place - s0 : place - s0 - s1) \
        }, [&](int row, int token, long sum) { \
          THIS_OF_THREE(row / WARP_ROWS, s0, s1) \
          const int own_row = place * WARP_ROWS + row % WARP_ROWS; \
          if (own_row < n) { \
            y[(ulong) token * n + own_row] = product(sum, weights, scaleOffset, bias, biased, \
                own_row, xScale[token]); \
          } \
        }); \
  }

#define TENSOR_STRIPS_GATED(NAME) \
  TENSOR_KERNEL void NAME(MATRIX(0), MATRIX(1), int groupCode, int stripBytes, int groupAt, \
                          const sbyte *x, const float *xScale, int fn, RESULT(), int k, \
                          int tokens) { \
    TENSOR_MEMORY \
    const Operands o = {n, groupCode, x, k, tokens, stages, sums}; \
    tensor_product<StripWeights>(o, [&](int row, const uchar *&scales) { \
          STRIP_OF(weights0, row / WARP_ROWS) \
        }, PUT_GATE); \
    tensor_product<StripWeights>(o, [&](int row, const uchar *&scales) { \
          STRIP_OF(weights1, row / WARP_ROWS) \
        }, PUT_UP); \
  }
