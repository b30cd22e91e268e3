// Matrix products with packed rows (hls.number.PackedRows): integers up to the scale of the output
// channel. Work groups of any number of items share a row, so that neighbours on a GPU read
// neighbours and a processor has a row an item.

// Half a unit, 8 weights of BITS bits; a shift to the top and back extends the sign.
#define HALF_UNIT_32(NAME, BITS, LOAD) \
  int8 NAME(global const uchar *u) { \
    const int8 up = 32 - BITS * (int8) (1, 2, 3, 4, 5, 6, 7, 8); \
    return as_int8((uint8) (LOAD) << as_uint8(up)) >> (int8) (32 - BITS); \
  }

HALF_UNIT_32(half_w2, 2, u[0] | (uint) u[1] << 8)
HALF_UNIT_32(half_w3, 3, u[0] | (uint) u[1] << 8 | (uint) u[2] << 16)
HALF_UNIT_32(half_w4, 4, u[0] | (uint) u[1] << 8 | (uint) u[2] << 16 | (uint) u[3] << 24)

int8 half_w5(global const uchar *u) {
  ulong bits = u[0] | (uint) u[1] << 8 | (uint) u[2] << 16 | (uint) u[3] << 24;
  bits |= (ulong) u[4] << 32;
  const ulong8 up = (ulong8) (59, 54, 49, 44, 39, 34, 29, 24);
  return convert_int8(as_long8((ulong8) (bits) << up) >> (long8) (59));
}

int8 half_w8(global const uchar *u) {
  return convert_int8(vload8(0, (global const char *) u));
}

// An item's share of the sums of a row with TILE tokens, to sums[t * items + item].
#define DENSE_SUMS(BITS, TILE) \
  void dense_w##BITS##_##TILE(global const uchar *weights, int row, int groupCode, \
                              global const char *x, int k, int first, int tokens, \
                              local long *sums) { \
    const int item = get_local_id(0); \
    const int items = get_local_size(0); \
    const int units = align16(k) / 16; \
    const int groups = groupCode == 0 ? 0 : (units + (1 << (groupCode - 1)) - 1) \
        >> (groupCode - 1); \
    global const uchar *w = weights + (ulong) row * (units * 2 * BITS + groups); \
    global const uchar *groupScales = w + units * 2 * BITS; \
    long all[TILE]; \
    UNROLL for (int t = 0; t < TILE; t++) { \
      all[t] = 0; \
    } \
    for (int from = item; from < units; from += items * UNITS_IN_32_BITS) { \
      int16 part[TILE]; \
      UNROLL for (int t = 0; t < TILE; t++) { \
        part[t] = 0; \
      } \
      const int to = min(units, from + items * UNITS_IN_32_BITS); \
      for (int u = from; u < to; u += items) { \
        global const uchar *unit = w + u * 2 * BITS; \
        int16 v = (int16) (half_w##BITS(unit), half_w##BITS(unit + BITS)); \
        if (groupCode != 0) { \
          v *= (int) groupScales[u >> (groupCode - 1)]; \
        } \
        UNROLL for (int t = 0; t < TILE; t++) { \
          global const char *own = x + (ulong) min(first + t, tokens - 1) * 16 * units; \
          part[t] += v * convert_int16(vload16(u, own)); \
        } \
      } \
      UNROLL for (int t = 0; t < TILE; t++) { \
        all[t] += sum_wide(part[t]); \
      } \
    } \
    UNROLL for (int t = 0; t < TILE; t++) { \
      sums[t * items + item] = all[t]; \
    } \
  }

long sum_of_items(local const long *sums, int token) {
  const int items = get_local_size(0);
  long sum = 0;
  for (int i = 0; i < items; i++) {
    sum += sums[token * items + i];
  }
  return sum;
}

// Group x: a row; group y: TILE tokens. sums: TILE longs an item.
#define DENSE(NAME, BITS, TILE) \
  kernel void NAME(MATRIX(), int groupCode, global const char *x, global const float *xScale, \
                   int fn, int with, global const float *other, RESULT(), int k, int tokens, \
                   local long *sums) { \
    const int row = get_group_id(0); \
    const int first = get_group_id(1) * TILE; \
    dense_w##BITS##_##TILE(weights, row, groupCode, x, k, first, tokens, sums); \
    barrier(CLK_LOCAL_MEM_FENCE); \
    for (int t = get_local_id(0); t < min(TILE, tokens - first); t += get_local_size(0)) { \
      const ulong at = (ulong) (first + t) * n + row; \
      const float out = product(sum_of_items(sums, t), weights, scaleOffset, bias, biased, row, \
                                xScale[first + t]); \
      y[at] = joined(activated(out, fn), with, other, at); \
    } \
  }

// Up to three matrices of one format that read the same: group x is a row of all of them.
#define DENSE_QKV(NAME, BITS, TILE) \
  kernel void NAME(MATRIX(0), MATRIX(1), MATRIX(2), int groupCode, global const char *x, \
                   global const float *xScale, RESULT(0), RESULT(1), RESULT(2), int k, \
                   int tokens, local long *sums) { \
    THIS_OF_THREE((int) get_group_id(0), n0, n1) \
    const int row = place; \
    const int first = get_group_id(1) * TILE; \
    dense_w##BITS##_##TILE(weights, row, groupCode, x, k, first, tokens, sums); \
    barrier(CLK_LOCAL_MEM_FENCE); \
    for (int t = get_local_id(0); t < min(TILE, tokens - first); t += get_local_size(0)) { \
      y[(ulong) (first + t) * n + row] = product(sum_of_items(sums, t), weights, scaleOffset, \
          bias, biased, row, xScale[first + t]); \
    } \
  }

// fn(gate) * up, two matrices of one format and shape. sums: 2 TILE longs an item.
#define DENSE_GATED(NAME, BITS, TILE) \
  kernel void NAME(MATRIX(0), MATRIX(1), int groupCode, global const char *x, \
                   global const float *xScale, int fn, RESULT(), int k, int tokens, \
                   local long *sums) { \
    const int row = get_group_id(0); \
    const int first = get_group_id(1) * TILE; \
    local long *upSums = sums + TILE * get_local_size(0); \
    dense_w##BITS##_##TILE(weights0, row, groupCode, x, k, first, tokens, sums); \
    dense_w##BITS##_##TILE(weights1, row, groupCode, x, k, first, tokens, upSums); \
    barrier(CLK_LOCAL_MEM_FENCE); \
    for (int t = get_local_id(0); t < min(TILE, tokens - first); t += get_local_size(0)) { \
      const float gate = product(sum_of_items(sums, t), weights0, scaleOffset0, bias0, biased0, \
                                 row, xScale[first + t]); \
      const float up = product(sum_of_items(upSums, t), weights1, scaleOffset1, bias1, biased1, \
                               row, xScale[first + t]); \
      y[(ulong) (first + t) * n + row] = activated(gate, fn) * up; \
    } \
  }

#define DENSE_WIDTH(BITS) \
  DENSE_SUMS(BITS, 1) \
  DENSE_SUMS(BITS, 8) \
  DENSE(dense_w##BITS##_token, BITS, 1) \
  DENSE(dense_w##BITS##_tokens, BITS, 8) \
  DENSE_QKV(dense_w##BITS##_token_qkv, BITS, 1) \
  DENSE_QKV(dense_w##BITS##_tokens_qkv, BITS, 8) \
  DENSE_GATED(dense_w##BITS##_token_gated, BITS, 1) \
  DENSE_GATED(dense_w##BITS##_tokens_gated, BITS, 8)

DENSE_WIDTH(2)
DENSE_WIDTH(3)
DENSE_WIDTH(4)
DENSE_WIDTH(5)
DENSE_WIDTH(8)
