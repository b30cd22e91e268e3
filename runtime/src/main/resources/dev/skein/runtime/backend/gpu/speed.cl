// What a device reads, copies and computes in a second. OpenCL C 1.2, no extension.

// x[i] = i * 2654435761 (Knuth's multiplicative hash): nothing that compresses.
kernel void number_all(global uint *x) {
  size_t i = get_global_id(0);
  x[i] = (uint) i * 2654435761u;
}

// Reads `count` vectors per work item, the first at `span` times its number, then every `step`-th:
// neighbours read neighbours on a GPU (span 1), each its own piece on a processor (step 1).
kernel void read_all(global const uint4 *x, global uint *sums, int span, int step, int count) {
  size_t item = get_global_id(0);
  size_t at = item * span;
  uint4 sum = (uint4) (0);
  for (int i = 0; i < count; i++) {
    sum += x[at];
    at += step;
  }
  sums[item] = sum.x + sum.y + sum.z + sum.w;
}

// Copies in the same order.
kernel void copy_all(global const uint4 *x, global uint4 *y, int span, int step, int count) {
  size_t item = get_global_id(0);
  size_t at = item * span;
  for (int i = 0; i < count; i++) {
    y[at] = x[at];
    at += step;
  }
}

// int8 times int8, accumulated in int32: 16 products for each of `vectors` vectors, `rounds` times.
// Each round takes another operand, so that none repeats another.
kernel void multiply_all(global const char16 *x, global int *sums, int vectors, int rounds) {
  size_t item = get_global_id(0);
  int16 sum = (int16) (0);
  for (int r = 0; r < rounds; r++) {
    int16 w = convert_int16(x[(item + r) % vectors]);
    for (int i = 0; i < vectors; i++) {
      sum += w * convert_int16(x[i]);
    }
  }
  int8 eight = sum.lo + sum.hi;
  int4 four = eight.lo + eight.hi;
  sums[item] = four.x + four.y + four.z + four.w;
}

// binary32 multiply-add in 32 independent chains, `rounds` times: x / 2 + a, exact but for the
// last rounding, so that it is the same fused or not.
kernel void add_all(global float *sums, int rounds) {
  float a = (float) (get_global_id(0) % 251 + 1);
  float16 half_ = (float16) (0.5f);
  float16 add = (float16) (a);
  float16 x = (float16) (0.0f);
  float16 y = (float16) (1.0f);
  for (int r = 0; r < rounds; r++) {
    x = mad(x, half_, add);
    y = mad(y, half_, add);
  }
  sums[get_global_id(0)] = x.s0 + y.s0;
}
