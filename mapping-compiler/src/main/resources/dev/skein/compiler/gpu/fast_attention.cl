// Attention of the fast mode over a paged KV cache, decode and prefill alike: softmax and sum over
// the values in one pass (flash attention), long contexts in parts whose results a second launch
// joins (flash decoding). Pages and spans are those of attention.cl. Elements of the cache have two
// bytes, binary16, or one, int8 with a scale a row as in attention.cl; binary16 has no scales.

// Positions of a part: FastAttention has the same number.
#define FAST_PART 256

// Largest number of binary16; what is above becomes it.
#define HALF_MAX 65504.0f

// 16 elements of a cache.
float16 cached_lanes(global const uchar *cache, ulong at, int elementBytes) {
  return elementBytes == 1 ? convert_float16(vload16(0, (global const char *) cache + at))
                           : vload_half16(0, (global const half *) cache + at);
}

// What comes before attention, in a launch: queries and keys are turned, keys and values become
// elements of their pages. Group: a head of a token, first those of q, then of k and of v; its
// items share the entries, and each finds the largest for itself. rotaryDim 0: none is turned.
kernel void fast_attention_inputs(global const float *q, global const float *k,
                                  global const float *v, global const float *angles,
                                  global float *queries, global uchar *keys,
                                  global float *keyScales, global uchar *values,
                                  global float *valueScales, global const int *positions,
                                  global const int *sequences, global const int *pages,
                                  int pagesPerSequence, int headDim, int heads, int kvHeads,
                                  int rotaryDim, int interleaved, int elementBytes) {
  const int all = heads + 2 * kvHeads;
  const int token = get_group_id(0) / all;
  const int head = get_group_id(0) % all;
  const int position = positions[token];
  const bool query = head < heads;
  const bool key = !query && head < heads + kvHeads;
  const int own = query ? head : key ? head - heads : head - heads - kvHeads;
  const ulong from = ((ulong) token * (query ? heads : kvHeads) + own) * headDim;
  global const float *x = (query ? q : key ? k : v) + from;
  const ulong row = page_row(pages + (ulong) sequences[token] * pagesPerSequence, position,
                             kvHeads, query ? 0 : own) + position % BLOCK;
  const int turning = query || key ? rotaryDim : 0;
  angles += (ulong) position * rotaryDim;
  global uchar *to = (key ? keys : values) + row * align16(headDim) * elementBytes;
  float largest = 0.0f;
  if (!query && elementBytes == 1) {
    float16 most = 0.0f;
    for (int i = 0; i < headDim; i += 16) {
      most = fmax(most, fabs(turned_at(x, angles, i, headDim, turning, interleaved)));
    }
    largest = max_lanes(most);
    if (get_local_id(0) == 0) {
      (key ? keyScales : valueScales)[row] = step_of(largest);
    }
  }
  for (int i = 16 * get_local_id(0); i < headDim; i += 16 * get_local_size(0)) {
    const float16 y = turned_at(x, angles, i, headDim, turning, interleaved);
    if (query) {
      put_lanes(y, queries + from, i, headDim);
    } else if (elementBytes == 1) {
      put_int8(y, steps_in(largest), (global char *) to + i);
    } else {
      vstore_half16(fmax(fmin(y, (float16) (HALF_MAX)), (float16) (-HALF_MAX)), 0,
                    (global half *) to + i);
    }
  }
}

// Scores of count positions from a row of the cache on, -INFINITY behind them; the highest of them.
// 64 at most, rounded up to 16.
float fast_scores(global const float *q, global const uchar *keys,
                  global const float *keyScales, ulong row, int headDim, int count,
                  float factor, int elementBytes, float *scores) {
  const int width = align16(headDim);
  float highest = -INFINITY;
  for (int j = 0; j < align16(count); j++) {
    float16 sum = 0.0f;
    for (int i = 0; j < count && i < headDim; i += 16) {
      sum = fma(lanes_at(q, i, headDim),
                cached_lanes(keys, (row + j) * width + i, elementBytes), sum);
    }
    const float scale = elementBytes == 1 && j < count ? keyScales[row + j] * factor : factor;
    scores[j] = j < count ? sum_lanes(sum) * scale : -INFINITY;
    highest = fmax(highest, scores[j]);
  }
  return highest;
}

// Group x: a part of the context; group y: a token of a head. Items share the positions of each
// page, each with a softmax of its own: no barrier before the end. own: align16(headDim) + 2 floats
// an item, its sum over the values, its highest score and its sum of weights. With one part y is
// the result, else parts [tokens, heads, part][align16(headDim) + 2] are, sums not yet divided.
kernel void fast_attention(global const float *q, global const uchar *keys,
                           global const float *keyScales, global const uchar *values,
                           global const float *valueScales, global const int *spans,
                           global float *y, global float *parts, global const int *positions,
                           global const int *sequences, global const int *pages,
                           int pagesPerSequence, int headDim, int group, int kvHeads,
                           float factor, int tokens, int elementBytes, local float *own) {
  const int item = get_local_id(0);
  const int items = get_local_size(0);
  const int heads = group * kvHeads;
  const int head = get_group_id(1) / tokens;
  const int token = get_group_id(1) % tokens;
  const int n = positions[token] + 1;
  const int2 hidden = gap(spans, head / group, n - 1);
  const int width = align16(headDim);
  const int share = max(1, BLOCK / items);
  const ulong row = (ulong) token * heads + head;
  global const int *table = pages + (ulong) sequences[token] * pagesPerSequence;
  local float *sum = own + item * (width + 2);
  q += row * headDim;
  float highest = 0.0f;
  float all = 0.0f;
  const int start = get_group_id(0) * FAST_PART;
  const int end = min(n, start + FAST_PART);
  for (int from = past_gap(start, hidden); from < end; from = past_gap(from + BLOCK, hidden)) {
    const int at = item * share;
    const int count = min(share, min(end - from, BLOCK) - at);
    if (count > 0) {
      const ulong page = page_row(table, from, kvHeads, head / group) + at;
      float scores[BLOCK];
      const float top = fast_scores(q, keys, keyScales, page, headDim, count, factor,
                                    elementBytes, scores);
      const float old = highest;
      highest = all == 0.0f ? top : fmax(highest, top);
      const float keep = all == 0.0f ? 0.0f : exp_one(old - highest);
      float16 weights = 0.0f;
      for (int j = 0; j < count; j += 16) {
        const float16 e = exp_lanes(vload16(0, scores + j) - highest);
        weights += e;
        vstore16(e, 0, scores + j);
      }
      for (int j = 0; elementBytes == 1 && j < count; j++) {
        scores[j] *= valueScales[page + j];
      }
      for (int i = 0; i < width; i += 16) {
        float16 v = 0.0f;
        if (all != 0.0f) {
          v = vload16(0, sum + i) * keep;
        }
        for (int j = 0; j < count; j++) {
          v = fma((float16) (scores[j]),
                  cached_lanes(values, (page + j) * width + i, elementBytes), v);
        }
        vstore16(v, 0, sum + i);
      }
      all = fma(all, keep, sum_lanes(weights));
    }
  }
  sum[width] = highest;
  sum[width + 1] = all;
  barrier(CLK_LOCAL_MEM_FENCE);
  float top = -INFINITY;
  for (int i = 0; i < items; i++) {
    local const float *other = own + i * (width + 2);
    top = other[width + 1] > 0.0f ? fmax(top, other[width]) : top;
  }
  float total = 0.0f;
  for (int i = 0; i < items; i++) {
    local const float *other = own + i * (width + 2);
    total += other[width + 1] > 0.0f ? other[width + 1] * exp_one(other[width] - top) : 0.0f;
  }
  const bool alone = get_num_groups(0) == 1;
  global float *part = parts + (row * get_num_groups(0) + get_group_id(0)) * (width + 2);
  for (int c = item; c < width; c += items) {
    float v = 0.0f;
    for (int i = 0; i < items; i++) {
      local const float *other = own + i * (width + 2);
      if (other[width + 1] > 0.0f) {
        v = fma(other[c], exp_one(other[width] - top), v);
      }
    }
    if (!alone) {
      part[c] = v;
    } else if (c < headDim) {
      y[row * headDim + c] = v / total;
    }
  }
  if (!alone && item == 0) {
    part[width] = top;
    part[width + 1] = total;
  }
}

// An item is a token of a head, of so many parts; with one of them there is nothing to do.
kernel void fast_attention_join(global const float *parts, global float *y, int count,
                                int headDim) {
  if (count == 1) {
    return;
  }
  const int width = align16(headDim);
  global const float *own = parts + (ulong) get_global_id(0) * count * (width + 2);
  float top = -INFINITY;
  for (int p = 0; p < count; p++) {
    global const float *other = own + p * (width + 2);
    top = other[width + 1] > 0.0f ? fmax(top, other[width]) : top;
  }
  float total = 0.0f;
  for (int p = 0; p < count; p++) {
    global const float *other = own + p * (width + 2);
    total += other[width + 1] > 0.0f ? other[width + 1] * exp_one(other[width] - top) : 0.0f;
  }
  for (int i = 0; i < headDim; i += 16) {
    float16 v = 0.0f;
    for (int p = 0; p < count; p++) {
      global const float *other = own + p * (width + 2);
      if (other[width + 1] > 0.0f) {
        v = fma(vload16(0, other + i), (float16) (exp_one(other[width] - top)), v);
      }
    }
    put_lanes(v / total, y + get_global_id(0) * headDim, i, headDim);
  }
}
