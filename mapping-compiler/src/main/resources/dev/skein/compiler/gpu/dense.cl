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

// y[t][row] = scale[row] * xScale[t] * sum of x[t][] * w[row][], + bias[row]; TILE tokens at once.
// Group x: a row; group y: tokens. sums: TILE longs an item.
#define DENSE(NAME, BITS, TILE) \
  kernel void NAME(global const uchar *weights, ulong scaleOffset, int groupCode, \
                   global const float *bias, int biased, global const char *x, \
                   global const float *xScale, global float *y, int n, int k, int tokens, \
                   local long *sums) { \
    const int item = get_local_id(0); \
    const int items = get_local_size(0); \
    const int row = get_group_id(0); \
    const int first = get_group_id(1) * TILE; \
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
    barrier(CLK_LOCAL_MEM_FENCE); \
    for (int t = item; t < min(TILE, tokens - first); t += items) { \
      long sum = 0; \
      for (int i = 0; i < items; i++) { \
        sum += sums[t * items + i]; \
      } \
      global const float *scale = (global const float *) (weights + scaleOffset); \
      float out = (float) sum * scale[row]; \
      out = out * xScale[first + t]; \
      y[(ulong) (first + t) * n + row] = biased ? out + bias[row] : out; \
    } \
  }

DENSE(dense_w2_token, 2, 1)
DENSE(dense_w3_token, 3, 1)
DENSE(dense_w4_token, 4, 1)
DENSE(dense_w5_token, 5, 1)
DENSE(dense_w8_token, 8, 1)
DENSE(dense_w2_tokens, 2, 8)
DENSE(dense_w3_tokens, 3, 8)
DENSE(dense_w4_tokens, 4, 8)
DENSE(dense_w5_tokens, 5, 8)
DENSE(dense_w8_tokens, 8, 8)
