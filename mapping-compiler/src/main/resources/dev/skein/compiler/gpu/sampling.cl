// Greedy sampling: the first of the largest logits, so that a step reads back a token and not all
// logits. In two launches: of each part, then of the parts.

// Logits of a part; GreedyLaunches has the same number.
#define SAMPLING_PART 1024

bool goes_before(float a, int i, float b, int j) {
  return a > b || (a == b && i < j);
}

// Group x: a part of a row of n logits; group y: a row.
kernel void largest_of_part(global const float *logits, int n, global float *values,
                            global int *ids, local float *itemValues, local int *itemIds) {
  const int item = get_local_id(0);
  const int items = get_local_size(0);
  const int from = SAMPLING_PART * get_group_id(0);
  const int to = min(n, from + SAMPLING_PART);
  logits += (ulong) get_group_id(1) * n;
  float16 values16 = -INFINITY;
  int16 ids16 = columns(from);
  for (int at = from + 16 * item; at < to; at += 16 * items) {
    const int16 at16 = columns(at);
    const float16 v = select(lanes_at(logits, at, n), (float16) (-INFINITY), at16 >= n);
    ids16 = select(ids16, at16, values16 < v);
    values16 = fmax(values16, v);
  }
  float laneValues[16];
  int laneIds[16];
  vstore16(values16, 0, laneValues);
  vstore16(ids16, 0, laneIds);
  float best = laneValues[0];
  int id = laneIds[0];
  for (int i = 1; i < 16; i++) {
    if (goes_before(laneValues[i], laneIds[i], best, id)) {
      best = laneValues[i];
      id = laneIds[i];
    }
  }
  itemValues[item] = best;
  itemIds[item] = id;
  barrier(CLK_LOCAL_MEM_FENCE);
  if (item == 0) {
    for (int i = 1; i < items; i++) {
      if (goes_before(itemValues[i], itemIds[i], best, id)) {
        best = itemValues[i];
        id = itemIds[i];
      }
    }
    const int place = get_group_id(1) * get_num_groups(0) + get_group_id(0);
    values[place] = best;
    ids[place] = id;
  }
}

// An item is a row of so many parts.
kernel void largest_of_parts(global const float *values, global const int *ids, int parts,
                             global int *tokens) {
  const int row = get_global_id(0);
  values += row * parts;
  ids += row * parts;
  int best = 0;
  for (int i = 1; i < parts; i++) {
    best = values[i] > values[best] ? i : best;
  }
  tokens[row] = ids[best];
}
