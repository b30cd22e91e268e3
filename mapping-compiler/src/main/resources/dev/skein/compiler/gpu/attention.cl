// Attention over the paged int8 KV cache, decode and prefill alike: scores, softmax and int8
// weights, sum over the values. A page has the rows of 64 positions of a sequence: [kvHead][64] of
// align16(headDim) bytes, with a scale a row. Each row of a step has its own position and sequence;
// pages is a table [sequence][pagesPerSequence], so that a sequence need not lie in one piece.
// Queries, scores and weights have the rows [head][maxTokens], the latter two of capacity columns.
// A token sees those before it without the gap of its span, which is whole blocks of 64, so that
// every token keeps its lane. A block of a span is a page.

// Positions of a page and of a block of a span.
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

// Where a page begins, in rows of a key/value head; table: the pages of a sequence.
ulong page_row(global const int *table, int position, int kvHeads, int kvHead) {
  return ((ulong) table[position / BLOCK] * kvHeads + kvHead) * BLOCK;
}

// Group x: a block of 64 positions; group y: token of a head. Blocks in the gap, and those behind
// the token, are not read.
kernel void attention_scores(global const char *q, global const float *qScales,
                             global const char *keys, global const float *keyScales,
                             global const int *spans, global float *scores,
                             global const int *positions, global const int *sequences,
                             global const int *pages, int pagesPerSequence, int headDim,
                             int group, int kvHeads, int maxTokens, int capacity, int tokens) {
  const int head = get_group_id(1) / tokens;
  const int token = get_group_id(1) % tokens;
  const int kvHead = head / group;
  const int own = positions[token];
  const int2 hidden = gap(spans, kvHead, own);
  const int from = BLOCK * get_group_id(0);
  if (from > own || (from >= hidden.x && from < hidden.y)) {
    return;
  }
  const int width = align16(headDim);
  const ulong row = (ulong) head * maxTokens + token;
  q += row * width;
  scores += row * capacity + from;
  const ulong page = page_row(pages + (ulong) sequences[token] * pagesPerSequence, from,
                              kvHeads, kvHead);
  keys += page * width;
  keyScales += page;
  const int seen = min(own + 1 - from, BLOCK);
  for (int j = get_local_id(0); j < seen; j += get_local_size(0)) {
    global const char *key = keys + j * width;
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

// The units of 16 columns that an item has, of kept ones without the gap: the first column of each.
#define OWN_COLUMNS(J, KEPT, HIDDEN) \
  for (int c = 16 * get_local_id(0), J = c < HIDDEN.x ? c : c + HIDDEN.y - HIDDEN.x; c < (KEPT); \
       c += 16 * get_local_size(0), J = c < HIDDEN.x ? c : c + HIDDEN.y - HIDDEN.x)

// A work group is a token of a head, shared as a row is in rows.cl. Its scores become probabilities
// times the scales of the values, and those int8 weights.
kernel void attention_weights(global float *scores, global const float *valueScales,
                              global const int *spans, global char *weights,
                              global float *weightScales, global const int *positions,
                              global const int *sequences, global const int *pages,
                              int pagesPerSequence, float factor, int group, int kvHeads,
                              int maxTokens, int capacity, int tokens, local float *shared) {
  const int head = get_group_id(0) / tokens;
  const int token = get_group_id(0) % tokens;
  const int n = positions[token] + 1;
  const int2 hidden = gap(spans, head / group, n - 1);
  const int kept = n - (hidden.y - hidden.x);
  const ulong row = (ulong) head * maxTokens + token;
  global const int *table = pages + (ulong) sequences[token] * pagesPerSequence;
  scores += row * capacity;
  weights += row * capacity;
  float16 highest = -INFINITY;
  OWN_COLUMNS(j, kept, hidden) {
    const float16 s = select(vload16(0, scores + j) * factor, (float16) (-INFINITY),
                             columns(j) >= n);
    highest = fmax(highest, s);
    vstore16(s, 0, scores + j);
  }
  const float top = largest_of_items(max_lanes(highest), shared);
  float16 sum16 = 0.0f;
  OWN_COLUMNS(j, kept, hidden) {
    const float16 e = exp_lanes(vload16(0, scores + j) - top);
    sum16 += e;
    vstore16(e, 0, scores + j);
  }
  float sum = sum_lanes(sum16);
  if (get_local_size(0) > 1) {
    barrier(CLK_GLOBAL_MEM_FENCE);
    float lane = 0.0f;
    if (get_local_id(0) < 16) {
      for (int c = get_local_id(0); c < kept; c += 16) {
        lane += scores[c < hidden.x ? c : c + hidden.y - hidden.x];
      }
    }
    sum = sum_of_lanes(lane, shared);
  }
  const float inverse = 1.0f / sum;
  float16 most = 0.0f;
  OWN_COLUMNS(j, kept, hidden) {
    const ulong at = page_row(table, j, kvHeads, head / group) + j % BLOCK;
    const float16 p = vload16(0, scores + j) * inverse * vload16(0, valueScales + at);
    most = fmax(most, p);
    vstore16(p, 0, scores + j);
  }
  const float m = largest_of_items(max_lanes(most), shared);
  OWN_COLUMNS(j, kept, hidden) {
    put_int8(vload16(0, scores + j), steps_in(m), weights + j);
  }
  if (get_local_id(0) == 0) {
    weightScales[row] = step_of(m);
  }
}

// Group x: 16 entries of the head; group y: token of a head. The items of a group share the
// tokens that are seen, page by page. Sums of 2^17 products stay below 2^31.
kernel void attention_values(global const char *weights, global const float *weightScales,
                             global const char *values, global const int *spans,
                             global float *y, global const int *positions,
                             global const int *sequences, global const int *pages,
                             int pagesPerSequence, int headDim, int group, int kvHeads,
                             int maxTokens, int capacity, int tokens, local int16 *sums) {
  const int item = get_local_id(0);
  const int items = get_local_size(0);
  const int head = get_group_id(1) / tokens;
  const int token = get_group_id(1) % tokens;
  const int n = positions[token] + 1;
  const int2 hidden = gap(spans, head / group, n - 1);
  const ulong row = (ulong) head * maxTokens + token;
  const int width = align16(headDim) / 16;
  global const int *table = pages + (ulong) sequences[token] * pagesPerSequence;
  weights += row * capacity;
  int16 part = 0;
  for (int from = past_gap(0, hidden); from < n; from = past_gap(from + BLOCK, hidden)) {
    global const char *page = values
        + page_row(table, from, kvHeads, head / group) * 16 * width;
    const int seen = min(n - from, BLOCK);
    for (int j = item; j < seen; j += items) {
      part += weights[from + j] * convert_int16(vload16(j * width + get_group_id(0), page));
    }
  }
  sums[item] = part;
  barrier(CLK_LOCAL_MEM_FENCE);
  if (item == 0) {
    for (int i = 1; i < items; i++) {
      part += sums[i];
    }
    put_lanes(convert_float16(part) * weightScales[row],
              y + ((ulong) token * group * kvHeads + head) * headDim, 16 * get_group_id(0),
              headDim);
  }
}
