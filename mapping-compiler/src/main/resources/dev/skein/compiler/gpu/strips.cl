// Matrix products with strips (hls.number.StripRows): N:16 sparse weights of mixed widths, read as
// they are packed. A work group is a strip; its items, any number, share the 16 rows.

constant int STRIP_KEPT[8] = {0, 2, 4, 8, 12, 16, 0, 0};
constant int STRIP_INDEX_BYTES[8] = {0, 1, 2, 2, 2, 0, 0, 0};
constant int STRIP_BITS[5] = {2, 3, 4, 5, 8};

// The columns of a block that a row keeps, bit i for column i.
uint strip_mask(int pattern, global const uchar *index, int row) {
  if (pattern == 0) {
    return 0;
  }
  if (pattern == 1) {
    uint pair = index[row];
    return 1u << (pair & 15) | 1u << (pair >> 4);
  }
  return pattern == 5 ? 0xffff : index[2 * row] | (uint) index[2 * row + 1] << 8;
}

// A row of a block, zeros where nothing is kept. Built in two registers, not in an array.
int16 strip_row(uint left, global const uchar *fields, int at, int bits) {
  ulong low = 0;
  ulong high = 0;
  for (; left != 0; left &= left - 1) {
    const int column = 31 - (int) clz(left & (0u - left));
    // Behind the last field there is another block, a group scale or a row scale.
    const uint two = fields[at >> 3] | (uint) fields[(at >> 3) + 1] << 8;
    const int w = (int) (two << (32 - bits - (at & 7))) >> (32 - bits);
    const ulong field = (ulong) (w & 0xff) << (8 * (column & 7));
    low |= column < 8 ? field : 0;
    high |= column < 8 ? 0 : field;
    at += bits;
  }
  return (int16) (convert_int8(as_char8(low)), convert_int8(as_char8(high)));
}

// groupAt: bytes from the start of a strip to its group scales. Group x: a strip; y: TILE tokens.
#define STRIPS(NAME, TILE) \
  kernel void NAME(global const uchar *weights, ulong scaleOffset, int groupCode, \
                   int stripBytes, int groupAt, global const float *bias, int biased, \
                   global const char *x, global const float *xScale, global float *y, int n, \
                   int k, int tokens) { \
    const int first = get_group_id(1) * TILE; \
    const int blocks = align16(k) / 16; \
    global const uchar *strip = weights + get_group_id(0) * (ulong) stripBytes; \
    global const float *scale = (global const float *) (weights + scaleOffset); \
    const int rows = min(16, n - 16 * (int) get_group_id(0)); \
    for (int r = get_local_id(0); r < rows; r += get_local_size(0)) { \
      global const uchar *index = strip + blocks; \
      long all[TILE]; \
      UNROLL for (int t = 0; t < TILE; t++) { \
        all[t] = 0; \
      } \
      for (int from = 0; from < blocks; from += UNITS_IN_32_BITS) { \
        int16 part[TILE]; \
        UNROLL for (int t = 0; t < TILE; t++) { \
          part[t] = 0; \
        } \
        for (int b = from; b < min(blocks, from + UNITS_IN_32_BITS); b++) { \
          const int pattern = strip[b] & 7; \
          const int bits = STRIP_BITS[strip[b] >> 3]; \
          global const uchar *fields = index + 16 * STRIP_INDEX_BYTES[pattern]; \
          int16 v = strip_row(strip_mask(pattern, index, r), fields, \
                              r * STRIP_KEPT[pattern] * bits, bits); \
          if (groupCode != 0) { \
            v *= (int) strip[groupAt + 16 * (b >> (groupCode - 1)) + r]; \
          } \
          UNROLL for (int t = 0; t < TILE; t++) { \
            global const char *own = x + (ulong) min(first + t, tokens - 1) * 16 * blocks; \
            part[t] += v * convert_int16(vload16(b, own)); \
          } \
          index = fields + 2 * STRIP_KEPT[pattern] * bits; \
        } \
        UNROLL for (int t = 0; t < TILE; t++) { \
          all[t] += sum_wide(part[t]); \
        } \
      } \
      const int row = 16 * get_group_id(0) + r; \
      for (int t = 0; t < min(TILE, tokens - first); t++) { \
        float out = (float) all[t] * scale[row]; \
        out = out * xScale[first + t]; \
        y[(ulong) (first + t) * n + row] = biased ? out + bias[row] : out; \
      } \
    } \
  }

STRIPS(strips_token, 1)
STRIPS(strips_tokens, 8)
