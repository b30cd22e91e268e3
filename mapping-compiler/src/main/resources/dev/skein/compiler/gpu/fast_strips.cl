// Products of the fast mode with strips: strip_row of strips.cl, activations in binary32.

// The sums of row r of a strip with TILE tokens.
#define FAST_STRIP_SUMS(TILE) \
  void fast_strip_##TILE(global const uchar *strip, int r, int groupCode, int groupAt, \
                         global const float *x, int k, int first, int tokens, float *all) { \
    const int blocks = align16(k) / 16; \
    global const uchar *index = strip + blocks; \
    float16 part[TILE]; \
    UNROLL for (int t = 0; t < TILE; t++) { \
      part[t] = 0.0f; \
    } \
    for (int b = 0; b < blocks; b++) { \
      const int pattern = strip[b] & 7; \
      const int bits = STRIP_BITS[strip[b] >> 3]; \
      global const uchar *fields = index + 16 * STRIP_INDEX_BYTES[pattern]; \
      float16 v = convert_float16(strip_row(strip_mask(pattern, index, r), fields, \
                                            r * STRIP_KEPT[pattern] * bits, bits)); \
      if (groupCode != 0) { \
        v *= (float) strip[groupAt + 16 * (b >> (groupCode - 1)) + r]; \
      } \
      UNROLL for (int t = 0; t < TILE; t++) { \
        global const float *own = x + (ulong) min(first + t, tokens - 1) * k; \
        part[t] = fma(v, lanes_at(own, 16 * b, k), part[t]); \
      } \
      index = fields + 2 * STRIP_KEPT[pattern] * bits; \
    } \
    UNROLL for (int t = 0; t < TILE; t++) { \
      all[t] = sum_lanes(part[t]); \
    } \
  }

FAST_STRIP_SUMS(1)
FAST_STRIP_SUMS(8)

// Group x: a strip; group y: TILE tokens.
#define FAST_STRIPS(NAME, TILE) \
  kernel void NAME(MATRIX(), int groupCode, int stripBytes, int groupAt, \
                   global const float *x, int fn, int with, global const float *other, \
                   RESULT(), int k, int tokens) { \
    const int strip = get_group_id(0); \
    const int first = get_group_id(1) * TILE; \
    for (int r = get_local_id(0); r < min(16, n - 16 * strip); r += get_local_size(0)) { \
      float sums[TILE]; \
      fast_strip_##TILE(weights + strip * (ulong) stripBytes, r, groupCode, groupAt, x, k, \
                        first, tokens, sums); \
      const int row = 16 * strip + r; \
      for (int t = 0; t < min(TILE, tokens - first); t++) { \
        const ulong at = (ulong) (first + t) * n + row; \
        const float out = fast_product(sums[t], weights, scaleOffset, bias, biased, row); \
        y[at] = joined(activated(out, fn), with, other, at); \
      } \
    } \
  }

#define FAST_STRIPS_QKV(NAME, TILE) \
  kernel void NAME(MATRIX(0), MATRIX(1), MATRIX(2), int groupCode, int stripBytes, int groupAt, \
                   global const float *x, RESULT(0), RESULT(1), RESULT(2), int k, \
                   int tokens) { \
    THIS_OF_THREE((int) get_group_id(0), align16(n0) / 16, align16(n1) / 16) \
    const int first = get_group_id(1) * TILE; \
    for (int r = get_local_id(0); r < min(16, n - 16 * place); r += get_local_size(0)) { \
      float sums[TILE]; \
      fast_strip_##TILE(weights + place * (ulong) stripBytes, r, groupCode, groupAt, x, k, \
                        first, tokens, sums); \
      const int row = 16 * place + r; \
      for (int t = 0; t < min(TILE, tokens - first); t++) { \
        y[(ulong) (first + t) * n + row] = fast_product(sums[t], weights, scaleOffset, bias, \
            biased, row); \
      } \
    } \
  }

// fn(gate) * up, two matrices of one format and shape.
#define FAST_STRIPS_GATED(NAME, TILE) \
  kernel void NAME(MATRIX(0), MATRIX(1), int groupCode, int stripBytes, int groupAt, \
                   global const float *x, int fn, RESULT(), int k, int tokens) { \
    const int strip = get_group_id(0); \
    const int first = get_group_id(1) * TILE; \
    const ulong at = strip * (ulong) stripBytes; \
    for (int r = get_local_id(0); r < min(16, n - 16 * strip); r += get_local_size(0)) { \
      float gates[TILE]; \
      float ups[TILE]; \
      fast_strip_##TILE(weights0 + at, r, groupCode, groupAt, x, k, first, tokens, gates); \
      fast_strip_##TILE(weights1 + at, r, groupCode, groupAt, x, k, first, tokens, ups); \
      const int row = 16 * strip + r; \
      for (int t = 0; t < min(TILE, tokens - first); t++) { \
        const float gate = fast_product(gates[t], weights0, scaleOffset0, bias0, biased0, row); \
        const float up = fast_product(ups[t], weights1, scaleOffset1, bias1, biased1, row); \
        y[(ulong) (first + t) * n + row] = activated(gate, fn) * up; \
      } \
    } \
  }

FAST_STRIPS(fast_strips_token, 1)
FAST_STRIPS(fast_strips_tokens, 8)
FAST_STRIPS_QKV(fast_strips_token_qkv, 1)
FAST_STRIPS_QKV(fast_strips_tokens_qkv, 8)
FAST_STRIPS_GATED(fast_strips_token_gated, 1)
FAST_STRIPS_GATED(fast_strips_tokens_gated, 8)
