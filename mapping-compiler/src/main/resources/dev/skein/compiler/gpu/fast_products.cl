// Matrix products of the fast mode: the same packed rows and strips, activations in binary32. A
// weight times its group scale is an integer below 2^15, so that only the products with the
// activations and their sums are rounded: binary32, fused. Launches as those of dense.cl and
// strips.cl, without scales of activations.

float fast_product(float sum, global const uchar *weights, ulong scaleOffset,
                   global const float *bias, int biased, int row) {
  global const float *scale = (global const float *) (weights + scaleOffset);
  return biased ? fma(sum, scale[row], bias[row]) : sum * scale[row];
}

// Unit U of a row w with its group scale.
#define FAST_UNIT(BITS, U) \
    (convert_float16((int16) (half_w##BITS(w + (U) * 2 * BITS), \
                              half_w##BITS(w + (U) * 2 * BITS + BITS))) \
     * (groupCode == 0 ? 1.0f : (float) groupScales[(U) >> (groupCode - 1)]))

// An item's share of the sums of a row with TILE tokens, to sums[t * items + item]. WAYS sums a
// token are under way at once, since each waits for its last.
#define FAST_DENSE_SUMS(BITS, TILE, WAYS) \
  void fast_dense_w##BITS##_##TILE(global const uchar *weights, int row, int groupCode, \
                                   global const float *x, int k, int first, int tokens, \
                                   local float *sums) { \
    const int item = get_local_id(0); \
    const int items = get_local_size(0); \
    const int units = align16(k) / 16; \
    const int whole = k / 16; \
    const int groups = groupCode == 0 ? 0 : (units + (1 << (groupCode - 1)) - 1) \
        >> (groupCode - 1); \
    global const uchar *w = weights + (ulong) row * (units * 2 * BITS + groups); \
    global const uchar *groupScales = w + units * 2 * BITS; \
    global const float *own[TILE]; \
    float16 all[TILE * WAYS]; \
    UNROLL for (int t = 0; t < TILE; t++) { \
      own[t] = x + (ulong) min(first + t, tokens - 1) * k; \
    } \
    UNROLL for (int i = 0; i < TILE * WAYS; i++) { \
      all[i] = 0.0f; \
    } \
    int u = item; \
    for (; u + (WAYS - 1) * items < whole; u += WAYS * items) { \
      UNROLL for (int way = 0; way < WAYS; way++) { \
        const int unit = u + way * items; \
        const float16 v = FAST_UNIT(BITS, unit); \
        UNROLL for (int t = 0; t < TILE; t++) { \
          all[t * WAYS + way] = fma(v, vload16(unit, own[t]), all[t * WAYS + way]); \
        } \
      } \
    } \
    for (; u < units; u += items) { \
      const float16 v = FAST_UNIT(BITS, u); \
      UNROLL for (int t = 0; t < TILE; t++) { \
        all[t * WAYS] = fma(v, lanes_at(own[t], 16 * u, k), all[t * WAYS]); \
      } \
    } \
    UNROLL for (int t = 0; t < TILE; t++) { \
      float16 sum = all[t * WAYS]; \
      UNROLL for (int way = 1; way < WAYS; way++) { \
        sum += all[t * WAYS + way]; \
      } \
      sums[t * items + item] = sum_lanes(sum); \
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
  FAST_DENSE_SUMS(BITS, 1, 4) \
  FAST_DENSE_SUMS(BITS, 8, 1) \
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
