// The numeric contract (docs/numbers.md) in OpenCL C 1.2, no extension. Comes before all others.
// Float16 is the 16 lanes of a sum. Nothing is fused; sqrt and / are correctly rounded, which the
// host asks of the device.

#pragma OPENCL FP_CONTRACT OFF

// For loops over arrays that have to become registers.
#define UNROLL _Pragma("unroll")

// Products of weights, group scales and activations stay below 127 * 127 * 255, and this many of
// them below 2^31.
#define UNITS_IN_32_BITS 512

// Bytes or elements of a row that begins at a multiple of 16.
int align16(int n) {
  return (n + 15) & ~15;
}

// Elements [at, at + 16) of a row of n, +0 behind its end.
float16 lanes_at(global const float *row, int at, int n) {
  if (at + 16 <= n) {
    return vload16(0, row + at);
  }
  float part[16];
  for (int i = 0; i < 16; i++) {
    part[i] = at + i < n ? row[at + i] : 0.0f;
  }
  return vload16(0, part);
}

// What element of a row each lane has.
int16 columns(int at) {
  return at + (int16) (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

void put_lanes(float16 v, global float *row, int at, int n) {
  if (at + 16 <= n) {
    vstore16(v, 0, row + at);
    return;
  }
  float part[16];
  vstore16(v, 0, part);
  for (int i = 0; at + i < n; i++) {
    row[at + i] = part[i];
  }
}

// The tree of a sum: 8 to 8, 4 to 4, 2 to 2, 1 to 1.
float sum_lanes(float16 v) {
  float8 eight = v.lo + v.hi;
  float4 four = eight.lo + eight.hi;
  float2 two = four.lo + four.hi;
  return two.lo + two.hi;
}

int sum_integers(int16 v) {
  int8 eight = v.lo + v.hi;
  int4 four = eight.lo + eight.hi;
  return four.x + four.y + four.z + four.w;
}

// 16 numbers whose sum may need more than 32 bits.
long sum_wide(int16 v) {
  long8 eight = convert_long8(v.lo) + convert_long8(v.hi);
  long4 four = eight.lo + eight.hi;
  return four.x + four.y + four.z + four.w;
}

float max_lanes(float16 v) {
  float8 eight = fmax(v.lo, v.hi);
  float4 four = fmax(eight.lo, eight.hi);
  float2 two = fmax(four.lo, four.hi);
  return fmax(two.lo, two.hi);
}

// Cephes expf: argument in two parts of ln 2, polynomial of degree 5, exponent added as an integer.
#define EXPONENTIAL(NAME, FLOAT, INT, AS_INT, AS_FLOAT, CONVERT_INT) \
  FLOAT NAME(FLOAT x) { \
    FLOAT a = fmax(fmin(x, (FLOAT) 88.0f), (FLOAT) -87.0f); \
    FLOAT t = rint(a * 1.44269504f); \
    FLOAT r = a - t * 0.693359375f; \
    r = r - t * -2.12194440e-4f; \
    FLOAT p = 1.9875691500e-4f; \
    p = p * r + 1.3981999507e-3f; \
    p = p * r + 8.3334519073e-3f; \
    p = p * r + 4.1665795894e-2f; \
    p = p * r + 1.6666665459e-1f; \
    p = p * r + 5.0000001201e-1f; \
    FLOAT y = p * (r * r) + r + 1.0f; \
    INT power = AS_INT(y) + (CONVERT_INT(t) << 23); \
    return select(AS_FLOAT(power), (FLOAT) 0.0f, x < (FLOAT) -87.0f); \
  }

EXPONENTIAL(exp_one, float, int, as_int, as_float, convert_int)
EXPONENTIAL(exp_lanes, float16, int16, as_int16, as_float16, convert_int16)
