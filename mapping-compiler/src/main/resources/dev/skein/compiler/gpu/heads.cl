// What comes before attention, in a launch: queries and keys are turned, queries, keys and values
// become int8, keys and values in their pages.

// Elements [at, at + 16) of a head of n that was turned, +0 behind its end.
float16 turned_at(global const float *x, global const float *angles, int at, int n,
                  int rotaryDim, int interleaved) {
  const int half_ = rotaryDim / 2;
  if (at >= rotaryDim) {
    return lanes_at(x, at, n);
  }
  if (!interleaved && half_ % 16 == 0) {
    const bool second = at >= half_;
    const int pair = second ? at - half_ : at;
    const float16 x0 = vload16(0, x + pair);
    const float16 x1 = vload16(0, x + pair + half_);
    const float16 c = vload16(0, angles + pair);
    const float16 s = vload16(0, angles + pair + half_);
    return second ? x0 * s + x1 * c : x0 * c - x1 * s;
  }
  float part[16];
  for (int i = 0; i < 16; i++) {
    part[i] = at + i < n ? turned(x, angles, at + i, rotaryDim, interleaved) : 0.0f;
  }
  return vload16(0, part);
}

// Group: a head of a token, first those of q, then of k and of v. rotaryDim 0: none is turned.
// Queries have the rows [head][maxTokens].
kernel void attention_inputs(global const float *q, global const float *k,
                             global const float *v, global const float *angles,
                             global char *queries, global float *queryScales,
                             global char *keys, global float *keyScales,
                             global char *values, global float *valueScales,
                             global const int *positions, global const int *sequences,
                             global const int *pages, int pagesPerSequence, int headDim,
                             int heads, int kvHeads, int maxTokens, int rotaryDim,
                             int interleaved, local float *shared) {
  const int all = heads + 2 * kvHeads;
  const int token = get_group_id(0) / all;
  const int head = get_group_id(0) % all;
  const int position = positions[token];
  const bool query = head < heads;
  const bool key = !query && head < heads + kvHeads;
  const int own = query ? head : key ? head - heads : head - heads - kvHeads;
  global const float *x = (query ? q : key ? k : v)
      + ((ulong) token * (query ? heads : kvHeads) + own) * headDim;
  const ulong row = query ? (ulong) head * maxTokens + token
      : page_row(pages + (ulong) sequences[token] * pagesPerSequence, position, kvHeads, own)
          + position % BLOCK;
  global char *rows = (query ? queries : key ? keys : values) + row * align16(headDim);
  global float *scale = (query ? queryScales : key ? keyScales : valueScales) + row;
  const int turning = query || key ? rotaryDim : 0;
  angles += (ulong) position * rotaryDim;
  QUANTISE_ROW(turned_at(x, angles, i, headDim, turning, interleaved), headDim, rows, scale)
}
