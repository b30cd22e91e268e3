// What a device reads and multiplies in a second. OpenCL C 1.2, no extension.

// x[i] = i * 2654435761 (Knuth's multiplicative hash): nothing that compresses.
kernel void number_all(global uint *x) {
  size_t i = get_global_id(0);
  x[i] = (uint) i * 2654435761u;
}

// Reads `count` vectors per work item, the first at `span` times its number, then every `step`-th:
// neighbours read neighbours on a GPU (span 1), each its own piece on a processor (step 1).
kernel void read_all(global const uint4 *x, global uint *sums, uint span, uint step, uint count) {
  size_t item = get_global_id(0);
  size_t at = item * span;
  uint4 sum = 0;
  for (uint i = 0; i < count; i++) {
    sum += x[at];
    at += step;
  }
  sums[item] = sum.x + sum.y + sum.z + sum.w;
}

// int8 times int8, accumulated in int32: 16 products for each of `vectors` vectors, `rounds` times.
// The operand turns each round, so that no round repeats another.
kernel void multiply_all(global const char16 *x, global int *sums, uint vectors, uint rounds) {
  size_t item = get_global_id(0);
  char16 w = x[item % vectors];
  int16 sum = 0;
  for (uint r = 0; r < rounds; r++) {
    for (uint i = 0; i < vectors; i++) {
      sum += convert_int16(w) * convert_int16(x[i]);
    }
    w = w.s123456789abcdef0;
  }
  int8 eight = sum.lo + sum.hi;
  int4 four = eight.lo + eight.hi;
  sums[item] = four.x + four.y + four.z + four.w;
}
