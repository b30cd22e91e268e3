// Attention over the int8 KV cache, decode and prefill alike: scores, softmax and int8 weights,
// sum over the values. Caches are [kvHead][capacity][align16(headDim)] with a scale a row;
// queries, scores and weights have the rows [head][maxTokens], the latter two of capacity columns.
// A token sees those before it without the gap of its span, which is whole blocks of 64, so that
// every token keeps its lane.

// Tokens of a block of a span.
#define BLOCK 64

// From where to where a token does not see. Spans: global, window, growth of a key/value head.
int2 gap(global const int *spans, int kvHead, int position) {
  const int reach = spans[3 * kvHead];
  const int window = spans[3 * kvHead + 1];
  const int growth = spans[3 * kvHead + 2];
  if (window == 0) {
    return (int2) (0, 0);
  }
  const int block = position / BLOCK;
  const int blocks = max(1, window + (growth * block >> 8));
  return BLOCK * (int2) (reach, max(reach, block - blocks + 1));
}

// Group x: a block of 64 positions; group y: token of a head. Blocks in the gap are not read.
kernel void attention_scores(global const char *q, global const float *qScales,
                             global const char *keys, global const float *keyScales,
                             global const int *spans, global float *scores, int headDim,
                             int group, int maxTokens, int capacity, int position,
                             int tokens) {
  const int head = get_group_id(1) / tokens;
  const int token = get_group_id(1) % tokens;
  const int kvHead = head / group;
  const int own = position + token;
  const int2 hidden = gap(spans, kvHead, own);
  const int from = BLOCK * get_group_id(0);
  if (from >= hidden.x && from < hidden.y) {
    return;
  }
  const int width = align16(headDim);
  const ulong row = (ulong) head * maxTokens + token;
  q += row * width;
  scores += row * capacity;
  keys += (ulong) kvHead * capacity * width;
  keyScales += (ulong) kvHead * capacity;
  const int to = min(own + 1, from + BLOCK);
  for (int j = from + get_local_id(0); j < to; j += get_local_size(0)) {
    global const char *key = keys + (ulong) j * width;
    int16 sum = 0;
    for (int i = 0; i < width / 16; i++) {
      sum += convert_int16(vload16(i, q)) * convert_int16(vload16(i, key));
    }
    scores[j] = (float) sum_integers(sum) * keyScales[j] * qScales[row];
  }
}

int past_gap(int j, int2 hidden) {
  return j >= hidden.x && j < hidden.y ? hidden.y : j;
}

// An item is a token of a head. Its scores become probabilities times the scales of the values, and
// those int8 weights.
kernel void attention_weights(global float *scores, global const float *valueScales,
                              global const int *spans, global char *weights,
                              global float *weightScales, float factor, int group,
                              int maxTokens, int capacity, int position, int tokens) {
  const int head = get_global_id(0) / tokens;
  const int token = get_global_id(0) % tokens;
  const int n = position + token + 1;
  const int2 hidden = gap(spans, head / group, n - 1);
  const ulong row = (ulong) head * maxTokens + token;
  scores += row * capacity;
  weights += row * capacity;
  valueScales += (ulong) (head / group) * capacity;
  const int start = past_gap(0, hidden);
  float16 highest = -INFINITY;
  for (int j = start; j < n; j = past_gap(j + 16, hidden)) {
    const float16 s = select(vload16(0, scores + j) * factor, (float16) (-INFINITY),
                             columns(j) >= n);
    highest = fmax(highest, s);
    vstore16(s, 0, scores + j);
  }
  const float top = max_lanes(highest);
  float16 sum = 0.0f;
  for (int j = start; j < n; j = past_gap(j + 16, hidden)) {
    const float16 e = exp_lanes(vload16(0, scores + j) - top);
    sum += e;
    vstore16(e, 0, scores + j);
  }
  const float inverse = 1.0f / sum_lanes(sum);
  float16 most = 0.0f;
  for (int j = start; j < n; j = past_gap(j + 16, hidden)) {
    const float16 p = vload16(0, scores + j) * inverse * vload16(0, valueScales + j);
    most = fmax(most, p);
    vstore16(p, 0, scores + j);
  }
  const float m = max_lanes(most);
  for (int j = start; j < n; j = past_gap(j + 16, hidden)) {
    put_int8(vload16(0, scores + j), steps_in(m), weights + j);
  }
  weightScales[row] = step_of(m);
}

// Group x: 16 entries of the head; group y: token of a head. The items of a group share the
// tokens that are seen. Sums of 2^17 products stay below 2^31.
kernel void attention_values(global const char *weights, global const float *weightScales,
                             global const char *values, global const int *spans,
                             global float *y, int headDim, int heads, int group, int maxTokens,
                             int capacity, int position, int tokens, local int16 *sums) {
  const int item = get_local_id(0);
  const int items = get_local_size(0);
  const int head = get_group_id(1) / tokens;
  const int token = get_group_id(1) % tokens;
  const int n = position + token + 1;
  const int2 hidden = gap(spans, head / group, n - 1);
  const ulong row = (ulong) head * maxTokens + token;
  const int width = align16(headDim) / 16;
  weights += row * capacity;
  values += (ulong) (head / group) * capacity * 16 * width;
  int16 part = 0;
  for (int j = item; j < min(n, hidden.x); j += items) {
    part += weights[j] * convert_int16(vload16((ulong) j * width + get_group_id(0), values));
  }
  for (int j = hidden.y + item; j < n; j += items) {
    part += weights[j] * convert_int16(vload16((ulong) j * width + get_group_id(0), values));
  }
  sums[item] = part;
  barrier(CLK_LOCAL_MEM_FENCE);
  if (item == 0) {
    for (int i = 1; i < items; i++) {
      part += sums[i];
    }
    put_lanes(convert_float16(part) * weightScales[row],
              y + ((ulong) token * heads + head) * headDim, 16 * get_group_id(0), headDim);
  }
}
