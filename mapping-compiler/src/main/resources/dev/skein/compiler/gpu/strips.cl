// Matrix products with strips (hls.number.StripRows): N:16 sparse weights of mixed widths, read as
// they are packed. A work group is a strip, an item one of its 16 rows.

constant int STRIP_KEPT[8] = {0, 2, 4, 8, 12, 16, 0, 0};
constant int STRIP_INDEX_BYTES[8] = {0, 1, 2, 2, 2, 0, 0, 0};
constant int STRIP_BITS[4 + 1] = {2, 3, 4, 5, 8};

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

// groupAt: bytes from the start of a strip to its group scales. Group x: a strip; y: TILE tokens.
#define STRIPS(NAME, TILE) \
  kernel void NAME(global const uchar *weights, ulong scaleOffset, int groupCode, \
                   int stripBytes, int groupAt, global const float *bias, int biased, \
                   global const char *x, global const float *xScale, global float *y, int n, \
                   int k, int tokens) { \
    const int r = get_local_id(0); \
    const int first = get_group_id(1) * TILE; \
    const int blocks = align16(k) / 16; \
    global const uchar *strip = weights + get_group_id(0) * (ulong) stripBytes; \
    global const uchar *index = strip + blocks; \
    long all[TILE]; \
    for (int t = 0; t < TILE; t++) { \
      all[t] = 0; \
    } \
    for (int b = 0; b < blocks; b++) { \
      const int pattern = strip[b] & 7; \
      const int bits = STRIP_BITS[strip[b] >> 3]; \
      global const uchar *fields = index + 16 * STRIP_INDEX_BYTES[pattern]; \
      int at = r * STRIP_KEPT[pattern] * bits; \
      int part[TILE]; \
      for (int t = 0; t < TILE; t++) { \
        part[t] = 0; \
      } \
      for (uint left = strip_mask(pattern, index, r); left != 0; left &= left - 1) { \
        const int column = 16 * b + 31 - (int) clz(left & (0u - left)); \
        /* Behind the last field there is another block, a group scale or a row scale. */ \
        uint two = fields[at >> 3] | (uint) fields[(at >> 3) + 1] << 8; \
        const int w = (int) (two << (32 - bits - (at & 7))) >> (32 - bits); \
        at += bits; \
        for (int t = 0; t < TILE; t++) { \
          part[t] += w * x[(ulong) min(first + t, tokens - 1) * 16 * blocks + column]; \
        } \
      } \
      const int scale = groupCode == 0 ? 1 \
          : strip[groupAt + 16 * (b >> (groupCode - 1)) + r]; \
      for (int t = 0; t < TILE; t++) { \
        all[t] += scale * part[t]; \
      } \
      index = fields + 2 * STRIP_KEPT[pattern] * bits; \
    } \
    const int row = 16 * get_group_id(0) + r; \
    if (row < n) { \
      global const float *scale = (global const float *) (weights + scaleOffset); \
      for (int t = 0; t < min(TILE, tokens - first); t++) { \
        float out = (float) all[t] * scale[row]; \
        out = out * xScale[first + t]; \
        y[(ulong) (first + t) * n + row] = biased ? out + bias[row] : out; \
      } \
    } \
  }

STRIPS(strips_token, 1)
STRIPS(strips_tokens, 8)
