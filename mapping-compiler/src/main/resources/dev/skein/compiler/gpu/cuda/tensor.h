// Products with several tokens on tensor cores, in place of the kernels of dense.cl and strips.cl
// of the same names and arguments. Sums of integers have no order, so the bits are the same. Here
// is what both have in common, and packed rows; strips are in tensor_strips.h.
//
// A block has 4 warps. With more than 8 tokens each warp has 16 rows of its own and all have the
// same 64 tokens; with fewer they have the same 16 rows, and the columns between them. GroupSizes
// has the same numbers.
#define TENSOR_WARPS 4
#define TENSOR_THREADS 128
#define TENSOR_TOKENS 64
#define FEW_TOKENS 8
#define WARP_ROWS 16

// Columns are taken 64 at a time, 4 units, through shared memory.
#define CHUNK_UNITS 4

// Chunks whose sums stay below 2^31: 512 columns with 128 * 128 * 255 each, and without group
// scales 65536 with 128 * 128. Packed weights are at the top of their bytes, so it holds for all.
#define CHUNKS_IN_32_BITS(GROUP_CODE) ((GROUP_CODE) == 0 ? 1024 : 8)

#ifdef __CUDACC__
#define TENSOR_KERNEL extern "C" __global__ __launch_bounds__(TENSOR_THREADS, 3)

// c += a * b, m16n8k32 of signed bytes.
DEVICE void mma_s8(int *c, const uint *a, const uint *b) {
  asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, "
               "{%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
               : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// The same, m16n8k16.
DEVICE void mma_s8_k16(int *c, const uint *a, uint b) {
  asm volatile("mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, "
               "{%4, %5}, {%6}, {%0, %1, %2, %3};"
               : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3])
               : "r"(a[0]), "r"(a[1]), "r"(b));
}

// 16 bytes to shared memory, which arrive while the thread goes on.
DEVICE void copy_words(void *to, const void *from) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;"
               : : "r"((uint) __cvta_generic_to_shared(to)), "l"(from) : "memory");
}

DEVICE void end_of_copies() {
  asm volatile("cp.async.commit_group;" : : : "memory");
}

// For the thread's own copies but those of the last BUT calls of end_of_copies.
template <int BUT>
DEVICE void wait_for_copies() {
  asm volatile("cp.async.wait_group %0;" : : "n"(BUT) : "memory");
}
#else
#define TENSOR_KERNEL KERNEL
DEVICE void copy_words(void *to, const void *from) {
  *(Words *) to = *(const Words *) from;
}
DEVICE void end_of_copies() {}
template <int BUT>
DEVICE void wait_for_copies() {}
#endif

// A chunk of 64 rows and of 64 tokens; strides that let 8 rows lie in different banks. One is being
// multiplied, the others are on their way: as many as 48 KiB hold beside 16 of the argument sums.
template <int W_STRIDE>
struct alignas(16) Stage {
  static constexpr int COUNT = W_STRIDE > 48 ? 3 : 4;
  static constexpr int X_STRIDE = 80;
  uchar weights[TENSOR_WARPS * WARP_ROWS * W_STRIDE];
  sbyte x[TENSOR_TOKENS * X_STRIDE];
};

// Four weights from the low bits of a word, each at the top of a byte.
template <int BITS>
DEVICE uint top_of_bytes(uint v) {
  if constexpr (BITS == 8) {
    return v;
  } else if constexpr (BITS == 4) {
    return __byte_perm(v << 4, v, 0x5140) & 0xf0f0f0f0u;
  } else {
    constexpr uint PAIR = (1u << 2 * BITS) - 1;
    constexpr uint EVEN = (((1u << BITS) - 1) << (8 - BITS)) * 0x00010001u;
    const uint pairs = (v & PAIR) | (v << (16 - 2 * BITS) & PAIR << 16);
    return (pairs << (8 - BITS) & EVEN) | (pairs << (16 - 2 * BITS) & EVEN << 8);
  }
}

// Weights [4 member, 4 member + 4) of the unit that begins at a byte of a row in shared memory.
template <int BITS>
DEVICE uint quarter_unit(const uchar *row, int unit, int member) {
  const int bit = 4 * BITS * member;
  const int at = unit + (bit >> 3);
  const uint *words = (const uint *) row + (at >> 2);
  return top_of_bytes<BITS>(__funnelshift_r(words[0], words[1], 8 * (at & 3) + (bit & 7)));
}

// Group scales of the units of a chunk, a byte each, for the rows of c[0], c[1] and of c[2], c[3].
struct ChunkScales {
  uint of[2];
};

DEVICE void add_scaled(int *sums, const int *c, ChunkScales scales, int unit) {
#pragma unroll
  for (int i = 0; i < 4; i++) {
    sums[i] += c[i] * (int) (scales.of[i / 2] >> 8 * unit & 255);
  }
}

// Adds a chunk of 16 rows and 8 tokens, a group scale for each UNITS units of it; 0 is none.
template <int UNITS>
DEVICE void add_chunk(int *sums, const uint *a, const uint *b, ChunkScales scales) {
  if constexpr (UNITS == 0) {
    mma_s8(sums, a, b);
    mma_s8(sums, a + 4, b + 2);
  } else {
#pragma unroll
    for (int u = 0; u < CHUNK_UNITS; u += UNITS) {
      int c[4] = {0, 0, 0, 0};
      if constexpr (UNITS == 1) {
        mma_s8_k16(c, a + 2 * u, b[u]);
      } else {
#pragma unroll
        for (int v = u; v < u + UNITS; v += 2) {
          mma_s8(c, a + 2 * v, b + v);
        }
      }
      add_scaled(sums, c, scales, u);
    }
  }
}

// All tokens of a warp; x: the words of its lane in the rows of the first ones.
template <int UNITS, int TILES>
DEVICE void add_tiles(int (*sums)[4], const uint *a, const sbyte *x, int stride, int tiles,
                      ChunkScales scales) {
#pragma unroll
  for (int t = 0; t < TILES; t++) {
    if (t < tiles) {
      const uint *words = (const uint *) (x + 8 * t * stride);
      const uint b[CHUNK_UNITS] = {words[0], words[4], words[8], words[12]};
      add_chunk<UNITS>(sums[t], a, b, scales);
    }
  }
}

// What the product of a block reads.
struct Operands {
  int rows;  // of all matrices
  int groupCode;
  const sbyte *x;
  int k;
  int tokens;
  void *stages;
  long *sums;  // one for each thread and token of a tile

  DEVICE_MEMBER int units() const { return (k + 15) / 16; }
};

// Packed rows of a warp, as a thread sees them.
template <int BITS>
struct PackedWeights {
  static constexpr int W_STRIDE = BITS > 4 ? 80 : 48;
  static constexpr int DOWN = 8 - BITS;  // sums are 2^DOWN times what they are
  static constexpr bool IN_TURN = true;  // warps that share rows take chunks in turn
  static constexpr int CHUNK_BYTES = 2 * BITS * CHUNK_UNITS;

  const Operands &o;
  const uchar *copied;   // the row that it copies half of
  const uchar *read[2];  // the rows whose sums it has

  // row(i): where row i of all matrices begins.
  template <typename Row>
  DEVICE_MEMBER PackedWeights(const Operands &o, int firstRow, int, Row row) : o(o) {
    const int lane = threadIdx.x % 32;
    copied = row(min(firstRow + lane / 2, o.rows - 1));
    read[0] = row(min(firstRow + lane / 4, o.rows - 1));
    read[1] = row(min(firstRow + lane / 4 + 8, o.rows - 1));
  }

  static DEVICE_MEMBER int row_bytes(int k, int groupCode) {
    const int units = (k + 15) / 16;
    return units * 2 * BITS + (groupCode == 0 ? 0
        : (units + (1 << (groupCode - 1)) - 1) >> (groupCode - 1));
  }

  // Aligned words around its half of a row's chunk; none that has no byte of the row.
  DEVICE_MEMBER void copy(uchar *rows, int chunk) const {
    const int at = chunk * CHUNK_BYTES;
    const int skip = (size_t) (copied + at) & 15;
    uchar *row = rows + threadIdx.x % 32 / 2 * W_STRIDE;
#pragma unroll
    for (int i = 0; i < (CHUNK_BYTES + 30) / 16; i += 2) {
      const int word = 16 * (i + threadIdx.x % 2);
      if (word < skip + CHUNK_BYTES && at - skip + word < o.units() * 2 * BITS) {
        copy_words(row + word, copied + at - skip + word);
      }
    }
  }

  // a[2 * unit + r]: four weights of row r of its two.
  DEVICE_MEMBER void load(uint *a, const uchar *rows, int chunk) const {
#pragma unroll
    for (int r = 0; r < 2; r++) {
      const uchar *row = rows + (threadIdx.x % 32 / 4 + 8 * r) * W_STRIDE;
      const int skip = (size_t) (read[r] + chunk * CHUNK_BYTES) & 15;
#pragma unroll
      for (int u = 0; u < CHUNK_UNITS; u++) {
        a[2 * u + r] = quarter_unit<BITS>(row, skip + 2 * BITS * u, threadIdx.x % 4);
      }
    }
  }

  // Of a unit's group, row r.
  DEVICE_MEMBER uint scale(int unit, int r) const {
    return read[r][o.units() * 2 * BITS + (unit >> (o.groupCode - 1))];
  }
};

// A thread's part of a block. SPLIT: among how many warps the columns of a row are.
template <typename Weights, int SPLIT>
struct TensorPart {
  static constexpr int TILES = SPLIT == 1 ? TENSOR_TOKENS / 8 : 1;
  static constexpr int ROWS = TENSOR_WARPS / SPLIT * WARP_ROWS;
  static constexpr int W_STRIDE = Weights::W_STRIDE;
  static constexpr int X_STRIDE = Stage<W_STRIDE>::X_STRIDE;
  static constexpr int STAGES = Stage<W_STRIDE>::COUNT;

  const Operands &o;
  const int warp = threadIdx.x / 32;
  const int group = threadIdx.x % 32 / 4;  // its row of a, its token of b
  const int member = threadIdx.x % 4;
  const int first = (int) get_group_id(1) * TENSOR_TOKENS;
  const int tiles;
  const int steps;
  Weights weights;
  long all[TILES][4];

  template <typename Place>
  DEVICE_MEMBER TensorPart(const Operands &o, Place place)
      : o(o), tiles(min(TILES, (o.tokens - first + 7) / 8)),
        steps((o.units() + CHUNK_UNITS * SPLIT - 1) / (CHUNK_UNITS * SPLIT)),
        weights(o, blockIdx.x * ROWS + (SPLIT == 1 ? WARP_ROWS * warp : 0), chunk(0, warp),
                place) {}

  DEVICE_MEMBER int chunk(int step, int ofWarp) const {
    return SPLIT == 1 ? step : Weights::IN_TURN ? SPLIT * step + ofWarp : steps * ofWarp + step;
  }

  // Behind the end of x all is 0, whatever the weights are there.
  DEVICE_MEMBER void copy_tokens(sbyte *x, int step) const {
    constexpr int COPIED = SPLIT == 1 ? TENSOR_TOKENS : FEW_TOKENS * SPLIT;
    for (int p = threadIdx.x; p < COPIED * CHUNK_UNITS; p += TENSOR_THREADS) {
      const int row = p / CHUNK_UNITS;
      const int token = min(first + (SPLIT == 1 ? row : row % FEW_TOKENS), o.tokens - 1);
      const int unit = chunk(step, row / FEW_TOKENS) * CHUNK_UNITS + p % CHUNK_UNITS;
      sbyte *word = x + row * X_STRIDE + 16 * (p % CHUNK_UNITS);
      if (unit >= o.units()) {
        *(Words *) word = Words{};
      } else if (SPLIT != 1 || row < 8 * tiles) {
        copy_words(word, o.x + ((ulong) token * o.units() + unit) * 16);
      }
    }
  }

  DEVICE_MEMBER Stage<W_STRIDE> &stage(int step) const {
    return ((Stage<W_STRIDE> *) o.stages)[step % STAGES];
  }

  DEVICE_MEMBER void copy(int step) {
    if (step < steps) {
      weights.copy(stage(step).weights + warp * WARP_ROWS * W_STRIDE, chunk(step, warp));
      copy_tokens(stage(step).x, step);
    }
    end_of_copies();
  }

  DEVICE_MEMBER ChunkScales scales(int step) const {
    ChunkScales out = {{0, 0}};
    if (o.groupCode != 0) {
#pragma unroll
      for (int u = 0; u < CHUNK_UNITS; u++) {
        const int unit = min(chunk(step, warp) * CHUNK_UNITS + u, o.units() - 1);
        out.of[0] |= weights.scale(unit, 0) << 8 * u;
        out.of[1] |= weights.scale(unit, 1) << 8 * u;
      }
    }
    return out;
  }

  DEVICE_MEMBER void multiply(int step, ChunkScales scales, int (*sums)[4]) const {
    const Stage<W_STRIDE> &from = stage(step);
    uint a[2 * CHUNK_UNITS];
    weights.load(a, from.weights + warp * WARP_ROWS * W_STRIDE, chunk(step, warp));
    const sbyte *x = from.x + ((SPLIT == 1 ? 0 : FEW_TOKENS * warp) + group) * X_STRIDE
        + 4 * member;
    switch (o.groupCode) {
      case 0: add_tiles<0, TILES>(sums, a, x, X_STRIDE, tiles, scales); break;
      case 1: add_tiles<1, TILES>(sums, a, x, X_STRIDE, tiles, scales); break;
      case 2: add_tiles<2, TILES>(sums, a, x, X_STRIDE, tiles, scales); break;
      default: add_tiles<4, TILES>(sums, a, x, X_STRIDE, tiles, scales);
    }
  }

  // Sums of its rows and tokens to all, 2^DOWN times what they are.
  DEVICE_MEMBER void sum() {
    int sums[TILES][4];
#pragma unroll
    for (int i = 0; i < 4 * TILES; i++) {
      all[i / 4][i % 4] = sums[i / 4][i % 4] = 0;
    }
    const int wide = CHUNKS_IN_32_BITS(o.groupCode);
#pragma unroll
    for (int step = 0; step < STAGES - 1; step++) {
      copy(step);
    }
    ChunkScales next = scales(0);
    for (int step = 0; step < steps; step++) {
      wait_for_copies<STAGES - 2>();
      __syncthreads();
      copy(step + STAGES - 1);
      const ChunkScales own = next;
      next = scales(step + 1);
      multiply(step, own, sums);
      if ((step + 1) % wide == 0 || step + 1 == steps) {
#pragma unroll
        for (int i = 0; i < 4 * TILES; i++) {
          all[i / 4][i % 4] += sums[i / 4][i % 4];
          sums[i / 4][i % 4] = 0;
        }
      }
    }
  }

  // put(row, token, sum), neighbours in neighbouring rows. A sum is rounded to binary32 only once:
  // one that was rounded on its way through shared memory does not change again.
  template <typename Put>
  DEVICE_MEMBER void put_all(Put put) const {
    constexpr int STRIDE = ROWS + 4;  // tokens in different banks
    float *rounded = (float *) o.stages;
    __syncthreads();
#pragma unroll
    for (int i = 0; i < 4 * TILES; i++) {
      const int row = group + i % 4 / 2 * 8;
      const int token = i / 4 * 8 + 2 * member + i % 2;
      if constexpr (SPLIT == 1) {
        rounded[token * STRIDE + WARP_ROWS * warp + row] =
            (float) (all[i / 4][i % 4] >> Weights::DOWN);
      } else {
        o.sums[TENSOR_THREADS * warp + token * ROWS + row] = all[i / 4][i % 4];
      }
    }
    __syncthreads();
#pragma unroll 1
    for (int p = threadIdx.x; p < ROWS * 8 * tiles; p += TENSOR_THREADS) {
      const int row = blockIdx.x * ROWS + p % ROWS;
      const int token = p / ROWS;
      if (row < o.rows && first + token < o.tokens) {
        put(row, first + token, SPLIT == 1 ? (long) rounded[token * STRIDE + p % ROWS]
            : sum_of_warps(p));
      }
    }
    __syncthreads();
  }

  DEVICE_MEMBER long sum_of_warps(int place) const {
    long sum = 0;
#pragma unroll
    for (int w = 0; w < SPLIT; w++) {
      sum += o.sums[TENSOR_THREADS * w + place];
    }
    return sum >> Weights::DOWN;
  }
};

// put(row, token, sum) for all of a block; place: what Weights takes.
template <typename Weights, typename Place, typename Put>
DEVICE void tensor_product(const Operands &o, Place place, Put put) {
  if (o.tokens <= FEW_TOKENS) {
    TensorPart<Weights, TENSOR_WARPS> part(o, place);
    part.sum();
    part.put_all(put);
  } else {
    TensorPart<Weights, 1> part(o, place);
    part.sum();
    part.put_all(put);
  }
}

#define TENSOR_STAGES(W_STRIDE) SHARED Stage<W_STRIDE> stages[Stage<W_STRIDE>::COUNT]

// What is done with a sum.
#define PUT_JOINED \
  [&](int row, int token, long sum) { \
    const ulong at = (ulong) token * n + row; \
    const float out = product(sum, weights, scaleOffset, bias, biased, row, xScale[token]); \
    y[at] = joined(activated(out, fn), with, other, at); \
  }

// The gate waits in y, where the thread that put it there multiplies it.
#define PUT_GATE \
  [&](int row, int token, long sum) { \
    y[(ulong) token * n + row] = activated(product(sum, weights0, scaleOffset0, bias0, biased0, \
        row, xScale[token]), fn); \
  }
#define PUT_UP \
  [&](int row, int token, long sum) { \
    y[(ulong) token * n + row] *= product(sum, weights1, scaleOffset1, bias1, biased1, row, \
        xScale[token]); \
  }

#define TENSOR(NAME, BITS) \
  TENSOR_KERNEL void NAME(MATRIX(), int groupCode, const sbyte *x, const float *xScale, int fn, \
                          int with, const float *other, RESULT(), int k, int tokens, \
                          Local<long> sums) { \
    TENSOR_STAGES(PackedWeights<BITS>::W_STRIDE); \
    const Operands o = {n, groupCode, x, k, tokens, stages, sums}; \
    const ulong stride = PackedWeights<BITS>::row_bytes(k, groupCode); \
    tensor_product<PackedWeights<BITS>>(o, [&](int row) { return weights + row * stride; }, \
        PUT_JOINED); \
  }

#define TENSOR_QKV(NAME, BITS) \
  TENSOR_KERNEL void NAME(MATRIX(0), MATRIX(1), MATRIX(2), int groupCode, const sbyte *x, \
                          const float *xScale, RESULT(0), RESULT(1), RESULT(2), int k, \
                          int tokens, Local<long> sums) { \
    TENSOR_STAGES(PackedWeights<BITS>::W_STRIDE); \
    const Operands o = {n0 + n1 + n2, groupCode, x, k, tokens, stages, sums}; \
    const ulong stride = PackedWeights<BITS>::row_bytes(k, groupCode); \
    tensor_product<PackedWeights<BITS>>(o, [&](int row) { \
          return row < n0 ? weights0 + row * stride \
              : row < n0 + n1 ? weights1 + (row - n0) * stride \
              : weights2 + (row - n0 - n1) * stride; \
        }, [&](int row, int token, long sum) { \
          THIS_OF_THREE(row, n0, n1) \
          y[(ulong) token * n + place] = product(sum, weights, scaleOffset, bias, biased, place, \
              xScale[token]); \
        }); \
  }

#define TENSOR_GATED(NAME, BITS) \
  TENSOR_KERNEL void NAME(MATRIX(0), MATRIX(1), int groupCode, const sbyte *x, \
                          const float *xScale, int fn, RESULT(), int k, int tokens, \
                          Local<long> sums) { \
    TENSOR_STAGES(PackedWeights<BITS>::W_STRIDE); \
    const Operands o = {n, groupCode, x, k, tokens, stages, sums}; \
    const ulong stride = PackedWeights<BITS>::row_bytes(k, groupCode); \
    tensor_product<PackedWeights<BITS>>(o, [&](int row) { return weights0 + row * stride; }, \
        PUT_GATE); \
    tensor_product<PackedWeights<BITS>>(o, [&](int row) { return weights1 + row * stride; }, \
        PUT_UP); \
  }
