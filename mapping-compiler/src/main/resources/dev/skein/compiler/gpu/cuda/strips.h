// Products of strips with one token in CUDA's own words, in place of strips_token... of strips.cl:
// a block a strip. Its threads bring a part of the strip to shared memory in whole words of 16
// bytes; eight lanes then take a block of 16 columns, each two of its rows, r and r + 8, since what
// a block costs beside its rows is as much as a row. A row's weights stay as they are packed, eight
// or fewer for eight columns, and meet the activations that a table of positions picks for them:
// two picks, two dp4a. Sums of integers have no order, so the bits are the same.

// Threads of a block, at most.
#define STRIP_THREADS 256

// Of a strip at once: 256 blocks that are 8:16 sparse in four bits.
#define STRIP_PART 24592

// A block of 16 columns in shared memory.
struct alignas(16) StripBlock {
  int at;     // bits from the start of the words
  int kept;   // weights of a row
  int bits;   // of a weight
  int eight;  // bits where eight are kept, in whole words, of four bits or fewer; else 0
};

struct StripPart {
  Words words[STRIP_PART / 16 + 1];  // the last one is read over, not used
  StripBlock blocks[STRIP_THREADS];
  int ends[STRIP_THREADS / 32];      // bytes of the blocks of a warp
  int count;
  int bytes;
  uint table[256];
  long sums[STRIP_THREADS / 2];
};

// Positions of the ones among eight columns, four bits each: of the first, third, fifth and
// seventh, then of the others. Where there are no more, 0.
DEVICE void strip_table(uint *table) {
  for (int mask = threadIdx.x; mask < 256; mask += blockDim.x) {
    uint all = 0;
    int place = 0;
    for (int column = 0; column < 8; column++) {
      if (mask >> column & 1) {
        all |= column << place;
        place = place < 16 ? place + 16 : place - 12;
      }
    }
    table[mask] = all;
  }
}

// Weights that a row of a block keeps, of a header's byte.
DEVICE int strip_kept(int code) {
  return 0x100c08040200ul >> 8 * (code & 7) & 0xff;
}

DEVICE int strip_width(int code) {
  return 0x0805040302ul >> (code & ~7) & 0xff;
}

// Bits of a row's positions.
DEVICE int strip_index(int kept) {
  return kept == 0 || kept == 16 ? 0 : kept == 2 ? 8 : 16;
}

// Of a block in a strip.
DEVICE int strip_bytes(int code) {
  return 2 * (strip_index(strip_kept(code)) + strip_kept(code) * strip_width(code));
}

// Brings the blocks of a strip from first on, whose payload begins at a place of it: one a thread,
// as many as there is room for.
DEVICE void strip_part(const uchar *strip, int blocks, int first, int payload, StripPart &part) {
  const int own = first + threadIdx.x;
  const int warp = threadIdx.x >> 5;
  const int skip = payload & 15;
  const int code = own < blocks ? strip[own] : 0;
  const int bytes = strip_bytes(code);
  int end = bytes;
#pragma unroll
  for (int by = 1; by < 32; by *= 2) {
    const int before = __shfl_sync(~0u, end, lane_of_warp() - by);
    end += lane_of_warp() < by ? 0 : before;
  }
  __syncthreads();  // all are done with what was there
  if (lane_of_warp() == 31) {
    part.ends[warp] = end;
  }
  __syncthreads();
  for (int w = 0; w < warp; w++) {
    end += part.ends[w];
  }
  const int at = 8 * (skip + end - bytes);
  const int kept = strip_kept(code);
  const int bits = strip_width(code);
  part.blocks[threadIdx.x] =
      {at, kept, bits, kept == 8 && bits <= 4 && at % 32 == 0 ? bits : 0};
  const bool next = threadIdx.x + 1 < blockDim.x && own + 1 < blocks
      && skip + end + strip_bytes(strip[own + 1]) <= STRIP_PART;
  if (own < blocks && skip + end <= STRIP_PART && !next) {
    part.count = threadIdx.x + 1;
    part.bytes = end;
  }
  __syncthreads();
  for (int i = threadIdx.x; 16 * i < skip + part.bytes; i += blockDim.x) {
    part.words[i] = load_words(strip + payload - skip + 16 * i);
  }
  __syncthreads();
}

// The low bits of a word.
DEVICE uint low_bits(uint word, int count) {
  return word & ~__funnelshift_lc(0, ~0u, count);
}

// Four of the eight bytes of two words, which places from 0 to 7 say.
DEVICE uint picked(uint low, uint high, uint places) {
#ifdef __CUDACC__
  uint out;  // as __byte_perm, which would clear the bits that places do not have
  asm("prmt.b32 %0, %1, %2, %3;" : "=r"(out) : "r"(low), "r"(high), "r"(places));
  return out;
#else
  return __byte_perm(low, high, places);
#endif
}

// Up to eight weights with the activations of eight columns, 2^(8 - BITS) times their sum.
template <int BITS>
DEVICE int dot_of_kept(Fields f, uint positions, uint x0, uint x1, int sum) {
  return dot_of_eight(tops_of<BITS>(f), picked(x0, x1, positions),
                      picked(x0, x1, positions >> 16), sum);
}

template <int BITS>
DEVICE int dot_of_halves(Fields low, Fields high, uint lowPlaces, uint highPlaces, Words x) {
  return dot_of_kept<BITS>(high, highPlaces, x.w[2], x.w[3],
                           dot_of_kept<BITS>(low, lowPlaces, x.w[0], x.w[1], 0)) >> (8 - BITS);
}

// Fields of a half, zeros behind the last.
DEVICE Fields half_fields(const uint *words, int at, int width) {
  const Fields f = fields_of(words, at, width);
  return {low_bits(f.low, width), low_bits(f.high, width < 32 ? 0 : width - 32)};
}

// Row r of a block that keeps eight weights of four bits or fewer, with the activations of its
// columns.
template <int BITS>
DEVICE int strip_dot_eight(const uint *block, int r, const uint *table, Words x) {
  const uint mask = block[r >> 1] >> 16 * (r & 1);
  const uint all = bits_of(block + 8, 8 * BITS * r, 8 * BITS);
  const int lowWidth = __popc(mask & 0xff) * BITS;
  Fields high = {__funnelshift_rc(all, 0, lowWidth)};
  if constexpr (BITS < 4) {
    high.low = low_bits(high.low, 8 * BITS - lowWidth);
  }
  return dot_of_halves<BITS>({low_bits(all, lowWidth)}, high, table[mask & 0xff],
                             table[mask >> 8 & 0xff], x);
}

// The same of any block.
DEVICE int strip_dot_any(const uint *words, StripBlock block, int r, const uint *table, Words x) {
  const int at = block.at;
  const int kept = block.kept;
  const int bits = block.bits;
  if (kept == 0) {
    return 0;
  }
  const int index = strip_index(kept);
  uint mask = 0xffff;
  if (index == 16) {
    mask = bits_of(words, at + 16 * r, 16) & 0xffff;
  } else if (index == 8) {
    const uint pair = bits_of(words, at + 8 * r, 8);
    mask = 1u << (pair & 15) | 1u << (pair >> 4 & 15);
  }
  const int row = at + 16 * index + r * kept * bits;
  const int width = kept * bits;
  const int lowWidth = __popc(mask & 0xff) * bits;
  Fields low;
  Fields high;
  if (width <= 32) {
    const uint all = bits_of(words, row, width);
    low = {low_bits(all, lowWidth)};
    high = {low_bits(__funnelshift_rc(all, 0, lowWidth), width - lowWidth)};
  } else {
    low = half_fields(words, row, lowWidth);
    high = half_fields(words, row + lowWidth, width - lowWidth);
  }
  const uint lowPlaces = table[mask & 0xff];
  const uint highPlaces = table[mask >> 8];
  switch (bits) {
    case 2: return dot_of_halves<2>(low, high, lowPlaces, highPlaces, x);
    case 3: return dot_of_halves<3>(low, high, lowPlaces, highPlaces, x);
    case 4: return dot_of_halves<4>(low, high, lowPlaces, highPlaces, x);
    case 5: return dot_of_halves<5>(low, high, lowPlaces, highPlaces, x);
    default: return dot_of_halves<8>(low, high, lowPlaces, highPlaces, x);
  }
}

// Rows r and r + 8 of a block with the activations of its columns. Of four blocks that are 8:16
// sparse in four bits, 24 words each, the words of such rows lie in 32 banks of shared memory.
DEVICE void strip_dots(const uint *words, StripBlock block, int r, const uint *table, Words x,
                       int *dots) {
  const uint *own = words + (block.at >> 5);
  switch (block.eight) {
    case 2:
#pragma unroll
      for (int i = 0; i < 2; i++) {
        dots[i] = strip_dot_eight<2>(own, r + 8 * i, table, x);
      }
      break;
    case 3:
#pragma unroll
      for (int i = 0; i < 2; i++) {
        dots[i] = strip_dot_eight<3>(own, r + 8 * i, table, x);
      }
      break;
    case 4:
#pragma unroll
      for (int i = 0; i < 2; i++) {
        dots[i] = strip_dot_eight<4>(own, r + 8 * i, table, x);
      }
      break;
    default:
      for (int i = 0; i < 2; i++) {
        dots[i] = strip_dot_any(words, block, r + 8 * i, table, x);
      }
  }
}

// The sum of row threadIdx.x of a strip, for the first 16 threads. A lane has 8 blocks of a part,
// which 32 bits hold: below 128 * 128 * 16 * 255 each.
DEVICE long strip_sum(const uchar *strip, int groupCode, int groupAt, const sbyte *x, int blocks,
                      StripPart &part) {
  const int r = threadIdx.x & 7;
  const int slots = blockDim.x >> 3;
  long sums[2] = {0, 0};
  int payload = blocks;
  for (int first = 0; first < blocks;) {
    strip_part(strip, blocks, first, payload, part);
    int own[2] = {0, 0};
    for (int i = threadIdx.x >> 3; i < part.count; i += slots) {
      const int b = first + i;
      int dots[2];
      strip_dots((const uint *) part.words, part.blocks[i], r, part.table,
                 load_words(x + 16 * b), dots);
      const uchar *scales = strip + groupAt + r
          + (groupCode == 0 ? 0 : 16 * (b >> (groupCode - 1)));
#pragma unroll
      for (int j = 0; j < 2; j++) {
        own[j] += dots[j] * (groupCode == 0 ? 1 : scales[8 * j]);
      }
    }
    sums[0] += own[0];
    sums[1] += own[1];
    payload += part.bytes;
    first += part.count;
  }
#pragma unroll
  for (int j = 0; j < 2; j++) {
    sums[j] += __shfl_xor_sync(~0u, sums[j], 8);
    sums[j] += __shfl_xor_sync(~0u, sums[j], 16);
    if (lane_of_warp() < 8) {
      part.sums[16 * (threadIdx.x >> 5) + 8 * j + r] = sums[j];
    }
  }
  __syncthreads();
  long all = 0;
  for (int warp = 0; warp < slots / 4; warp++) {
    all += part.sums[16 * warp + (threadIdx.x & 15)];
  }
  return all;
}

// Group x: a strip; group y: a token.
#define STRIPS_OF_ONE(NAME) \
  KERNEL void NAME(MATRIX(), int groupCode, int stripBytes, int groupAt, const sbyte *x, \
                   const float *xScale, int fn, int with, const float *other, RESULT(), int k, \
                   int tokens) { \
    SHARED StripPart part; \
    const int strip = get_group_id(0); \
    const int row = 16 * strip + threadIdx.x; \
    const int t = get_group_id(1); \
    strip_table(part.table); \
    const long sum = strip_sum(weights + strip * (ulong) stripBytes, groupCode, groupAt, \
                               x + t * (ulong) align16(k), align16(k) / 16, part); \
    if (threadIdx.x < 16 && row < n) { \
      const ulong at = t * (ulong) n + row; \
      const float out = product(sum, weights, scaleOffset, bias, biased, row, xScale[t]); \
      y[at] = joined(activated(out, fn), with, other, at); \
    } \
  }

#define STRIPS_OF_ONE_QKV(NAME) \
  KERNEL void NAME(MATRIX(0), MATRIX(1), MATRIX(2), int groupCode, int stripBytes, int groupAt, \
                   const sbyte *x, const float *xScale, RESULT(0), RESULT(1), RESULT(2), int k, \
                   int tokens) { \
    SHARED StripPart part; \
    THIS_OF_THREE((int) get_group_id(0), align16(n0) / 16, align16(n1) / 16) \
    const int row = 16 * place + threadIdx.x; \
    const int t = get_group_id(1); \
    strip_table(part.table); \
    const long sum = strip_sum(weights + place * (ulong) stripBytes, groupCode, groupAt, \
                               x + t * (ulong) align16(k), align16(k) / 16, part); \
    if (threadIdx.x < 16 && row < n) { \
      y[t * (ulong) n + row] = product(sum, weights, scaleOffset, bias, biased, row, xScale[t]); \
    } \
  }

#define STRIPS_OF_ONE_GATED(NAME) \
  KERNEL void NAME(MATRIX(0), MATRIX(1), int groupCode, int stripBytes, int groupAt, \
                   const sbyte *x, const float *xScale, int fn, RESULT(), int k, int tokens) { \
    SHARED StripPart part; \
    const int strip = get_group_id(0); \
    const int row = 16 * strip + threadIdx.x; \
    const int t = get_group_id(1); \
    const ulong at = strip * (ulong) stripBytes; \
    const sbyte *own = x + t * (ulong) align16(k); \
    strip_table(part.table); \
    const long gates = strip_sum(weights0 + at, groupCode, groupAt, own, align16(k) / 16, part); \
    const long ups = strip_sum(weights1 + at, groupCode, groupAt, own, align16(k) / 16, part); \
    if (threadIdx.x < 16 && row < n) { \
      const float gate = product(gates, weights0, scaleOffset0, bias0, biased0, row, xScale[t]); \
      const float up = product(ups, weights1, scaleOffset1, bias1, biased1, row, xScale[t]); \
      y[t * (ulong) n + row] = activated(gate, fn) * up; \
    } \
  }
