// Matrix products of the fast mode: the same packed rows and strips, activations in binary32. A
// weight times its group scale is an integer below 2^15, so that only the products with the
// activations and their sums are rounded: binary32, fused. Launches as those of dense.cl and
// strips.cl, without scales of activations.

float fast_product(float sum, global const uchar *weights, ulong scaleOffset,
                   global const float *bias, int biased, int row) {
  global const float *scale = (global const float *) (weights + scaleOffset);
  return biased ? fma(sum, scale[row], bias[row]) : sum * scale[row];
}

// An item's share of the sums of a row with TILE tokens, to sums[t * items + item].
#define FAST_DENSE_SUMS(BITS, TILE) \
  void fast_dense_w##BITS##_##TILE(global const uchar *weights, int row, int groupCode, \
                                   global const float *x, int k, int first, int tokens, \
                                   local float *sums) { \
    const int item = get_local_id(0); \
    const int items = get_local_size(0); \
    const int units = align16(k) / 16; \
    const int groups = groupCode == 0 ? 0 : (units + (1 << (groupCode - 1)) - 1) \
        >> (groupCode - 1); \
    global const uchar *w = weights + (ulong) row * (units * 2 * BITS + groups); \
    global const uchar *groupScales = w + units * 2 * BITS; \
    float16 all[TILE]; \
    UNROLL for (int t = 0; t < TILE; t++) { \
      all[t] = 0.0f; \
    } \
    for (int u = item; u < units; u += items) { \
      global const uchar *unit = w + u * 2 * BITS; \
      float16 v = convert_float16((int16) (half_w##BITS(unit), half_w##BITS(unit + BITS))); \
      if (groupCode != 0) { \
        v *= (float) groupScales[u >> (groupCode - 1)]; \
      } \
      UNROLL for (int t = 0; t < TILE; t++) { \
        global const float *own = x + (ulong) min(first + t, tokens - 1) * k; \
        all[t] = fma(v, lanes_at(own, 16 * u, k), all[t]); \
      } \
    } \
    UNROLL for (int t = 0; t < TILE; t++) { \
      sums[t * items + item] = sum_lanes(all[t]); \
    } \
  }

float fast_sum_of_items(local const float *sums, int token) {
  const int items = get_local_size(0);
  float sum = 0.0f;
  for (int i = 0; i < items; i++) {
    sum += sums[token * items + i];
  }
  return sum;
}

// Group x: a row; group y: TILE tokens. sums: TILE floats an item.
#define FAST_DENSE(NAME, BITS, TILE) \
  kernel void NAME(MATRIX(), int groupCode, global const float *x, int fn, int with, \
                   global const float *other, RESULT(), int k, int tokens, local float *sums) { \
    const int row = get_group_id(0); \
    const int first = get_group_id(1) * TILE; \
    fast_dense_w##BITS##_##TILE(weights, row, groupCode, x, k, first, tokens, sums); \
    barrier(CLK_LOCAL_MEM_FENCE); \
    for (int t = get_local_id(0); t < min(TILE, tokens - first); t += get_local_size(0)) { \
      const ulong at = (ulong) (first + t) * n + row; \
      const float out = fast_product(fast_sum_of_items(sums, t), weights, scaleOffset, bias, \
                                     biased, row); \
      y[at] = joined(activated(out, fn), with, other, at); \
    } \
  }

#define FAST_DENSE_QKV(NAME, BITS, TILE) \
  kernel void NAME(MATRIX(0), MATRIX(1), MATRIX(2), int groupCode, global const float *x, \
                   RESULT(0), RESULT(1), RESULT(2), int k, int tokens, local float *sums) { \
    THIS_OF_THREE((int) get_group_id(0), n0, n1) \
    const int row = place; \
    const int first = get_group_id(1) * TILE; \
    fast_dense_w##BITS##_##TILE(weights, row, groupCode, x, k, first, tokens, sums); \
    barrier(CLK_LOCAL_MEM_FENCE); \
    for (int t = get_local_id(0); t < min(TILE, tokens - first); t += get_local_size(0)) { \
      y[(ulong) (first + t) * n + row] = fast_product(fast_sum_of_items(sums, t), weights, \
          scaleOffset, bias, biased, row); \
    } \
  }

// fn(gate) * up. sums: 2 TILE floats an item.
#define FAST_DENSE_GATED(NAME, BITS, TILE) \
  kernel void NAME(MATRIX(0), MATRIX(1), int groupCode, global const float *x, int fn, \
                   RESULT(), int k, int tokens, local float *sums) { \
    const int row = get_group_id(0); \
    const int first = get_group_id(1) * TILE; \
    local float *upSums = sums + TILE * get_local_size(0); \
    fast_dense_w##BITS##_##TILE(weights0, row, groupCode, x, k, first, tokens, sums); \
    fast_dense_w##BITS##_##TILE(weights1, row, groupCode, x, k, first, tokens, upSums); \
    barrier(CLK_LOCAL_MEM_FENCE); \
    for (int t = get_local_id(0); t < min(TILE, tokens - first); t += get_local_size(0)) { \
      const float gate = fast_product(fast_sum_of_items(sums, t), weights0, scaleOffset0, bias0, \
                                      biased0, row); \
      const float up = fast_product(fast_sum_of_items(upSums, t), weights1, scaleOffset1, bias1, \
                                    biased1, row); \
      y[(ulong) (first + t) * n + row] = activated(gate, fn) * up; \
    } \
  }

#define FAST_DENSE_WIDTH(BITS) \
  FAST_DENSE_SUMS(BITS, 1) \
  FAST_DENSE_SUMS(BITS, 8) \
  FAST_DENSE(fast_dense_w##BITS##_token, BITS, 1) \
  FAST_DENSE(fast_dense_w##BITS##_tokens, BITS, 8) \
  FAST_DENSE_QKV(fast_dense_w##BITS##_token_qkv, BITS, 1) \
  FAST_DENSE_QKV(fast_dense_w##BITS##_tokens_qkv, BITS, 8) \
  FAST_DENSE_GATED(fast_dense_w##BITS##_token_gated, BITS, 1) \
  FAST_DENSE_GATED(fast_dense_w##BITS##_tokens_gated, BITS, 8)

FAST_DENSE_WIDTH(2)
FAST_DENSE_WIDTH(3)
FAST_DENSE_WIDTH(4)
FAST_DENSE_WIDTH(5)
FAST_DENSE_WIDTH(8)
