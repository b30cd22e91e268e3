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

// A one in the byte of each of eight columns that is kept.
ulong kept_bytes(uint mask) {
  const ulong bits = mask * 0x0101010101010101ul & 0x8040201008040201ul;
  return (bits + 0x7f7f7f7f7f7f7f7ful) >> 7 & 0x0101010101010101ul;
}

// 57 bits or more of the fields from bit at, 64 where it begins a byte. Reads 8 bytes: behind the
// last field there are others, group scales or row scales.
ulong fields_at(global const uchar *fields, int at) {
  return as_ulong(vload8(0, fields + (at >> 3))) >> (at & 7);
}

// Eight columns, zeros where nothing is kept: each takes the field whose number is that of the
// kept ones before it, which one multiplication counts for all.
int8 strip_half(ulong kept, ulong fields, int bits) {
  const uchar8 before = as_uchar8(kept * 0x0101010101010100ul);
  if (bits <= 4) {
    const uint8 up = (uint8) (32 - bits) - convert_uint8(before) * (uint8) (bits);
    return (as_int8((uint8) ((uint) fields) << up) >> (int8) (32 - bits))
        * convert_int8(as_char8(kept));
  }
  const ulong8 up = (ulong8) (64 - bits) - convert_ulong8(before) * (ulong8) (bits);
  return convert_int8(as_long8((ulong8) (fields) << up) >> (long8) (64 - bits))
      * convert_int8(as_char8(kept));
}

// A row of a block whose fields begin at a bit, zeros where nothing is kept.
int16 strip_row(uint mask, global const uchar *fields, int at, int bits) {
  if (mask == 0) {
    return 0;
  }
  const ulong low = kept_bytes(mask & 0xff);
  const int kept = (low * 0x0101010101010101ul) >> 56;
  return (int16) (strip_half(low, fields_at(fields, at), bits),
                  strip_half(kept_bytes(mask >> 8), fields_at(fields, at + kept * bits), bits));
}

// The sums of row r of a strip with TILE tokens. groupAt: bytes from the start of a strip to its
// group scales.
#define STRIP_SUMS(TILE) \
  void strip_##TILE(global const uchar *strip, int r, int groupCode, int groupAt, \
                    global const char *x, int blocks, int first, int tokens, long *all) { \
    global const uchar *index = strip + blocks; \
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
  }

STRIP_SUMS(1)
STRIP_SUMS(8)

// Group x: a strip; group y: TILE tokens.
#define STRIPS(NAME, TILE) \
  kernel void NAME(MATRIX(), int groupCode, int stripBytes, int groupAt, global const char *x, \
                   global const float *xScale, int fn, int with, global const float *other, \
                   RESULT(), int k, int tokens) { \
    const int strip = get_group_id(0); \
    const int first = get_group_id(1) * TILE; \
    for (int r = get_local_id(0); r < min(16, n - 16 * strip); r += get_local_size(0)) { \
      long sums[TILE]; \
      strip_##TILE(weights + strip * (ulong) stripBytes, r, groupCode, groupAt, x, \
                   align16(k) / 16, first, tokens, sums); \
      const int row = 16 * strip + r; \
      for (int t = 0; t < min(TILE, tokens - first); t++) { \
        const ulong at = (ulong) (first + t) * n + row; \
        const float out = product(sums[t], weights, scaleOffset, bias, biased, row, \
                                  xScale[first + t]); \
        y[at] = joined(activated(out, fn), with, other, at); \
      } \
    } \
  }

// Up to three matrices of one format that read the same: group x is a strip of all of them.
#define STRIPS_QKV(NAME, TILE) \
  kernel void NAME(MATRIX(0), MATRIX(1), MATRIX(2), int groupCode, int stripBytes, int groupAt, \
                   global const char *x, global const float *xScale, RESULT(0), RESULT(1), \
                   RESULT(2), int k, int tokens) { \
    THIS_OF_THREE((int) get_group_id(0), align16(n0) / 16, align16(n1) / 16) \
    const int first = get_group_id(1) * TILE; \
    for (int r = get_local_id(0); r < min(16, n - 16 * place); r += get_local_size(0)) { \
      long sums[TILE]; \
      strip_##TILE(weights + place * (ulong) stripBytes, r, groupCode, groupAt, x, \
                   align16(k) / 16, first, tokens, sums); \
      const int row = 16 * place + r; \
      for (int t = 0; t < min(TILE, tokens - first); t++) { \
        y[(ulong) (first + t) * n + row] = product(sums[t], weights, scaleOffset, bias, biased, \
            row, xScale[first + t]); \
      } \
    } \
  }

// fn(gate) * up, two matrices of one format and shape.
#define STRIPS_GATED(NAME, TILE) \
  kernel void NAME(MATRIX(0), MATRIX(1), int groupCode, int stripBytes, int groupAt, \
                   global const char *x, global const float *xScale, int fn, RESULT(), int k, \
                   int tokens) { \
    const int strip = get_group_id(0); \
    const int first = get_group_id(1) * TILE; \
    const ulong at = strip * (ulong) stripBytes; \
    for (int r = get_local_id(0); r < min(16, n - 16 * strip); r += get_local_size(0)) { \
      long gates[TILE]; \
      long ups[TILE]; \
      strip_##TILE(weights0 + at, r, groupCode, groupAt, x, align16(k) / 16, first, tokens, \
                   gates); \
      strip_##TILE(weights1 + at, r, groupCode, groupAt, x, align16(k) / 16, first, tokens, \
                   ups); \
      const int row = 16 * strip + r; \
      for (int t = 0; t < min(TILE, tokens - first); t++) { \
        const float gate = product(gates[t], weights0, scaleOffset0, bias0, biased0, row, \
                                   xScale[first + t]); \
        const float up = product(ups[t], weights1, scaleOffset1, bias1, biased1, row, \
                                 xScale[first + t]); \
        y[(ulong) (first + t) * n + row] = activated(gate, fn) * up; \
      } \
    } \
  }

STRIPS(strips_token, 1)
STRIPS(strips_tokens, 8)
STRIPS_QKV(strips_token_qkv, 1)
STRIPS_QKV(strips_tokens_qkv, 8)
STRIPS_GATED(strips_token_gated, 1)
STRIPS_GATED(strips_tokens_gated, 8)
