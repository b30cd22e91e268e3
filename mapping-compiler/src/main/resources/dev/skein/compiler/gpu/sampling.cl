// Sampling, so that a step reads back a token and not all logits. Greedy, the first of the largest
// logits, in two launches: of each part, then of the parts. What has a random number is below.

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

// Sampling with a temperature, top-k and top-p (docs/numbers.md, sampling). A key rises with its
// logit; whoever is kept is a prefix of the tokens by falling key and rising id, and is described
// by its last member. Weights are integers, so their sums have no order.

// Digits of a key that are looked for at once; SamplingLaunches has the same number.
#define DIGITS 16
#define DIGIT_BITS 4

// What a row asks for: 1 / temperature as binary32, top-k, top-p in 2^-31, a random number of 64
// bits, its low half first. KernelPlan.Sampling has the same number.
#define CHOICE_WORDS 5
#define ALL_WEIGHTS 0x80000000u

uint logit_key(float logit) {
  const uint bits = as_uint(logit + 0.0f);
  return bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
}

// 2^40 for the likeliest.
ulong token_weight(float logit, float most, float factor) {
  return convert_ulong(exp_one((logit - most) * factor) * 1099511627776.0f);
}

bool is_kept(uint key, int id, uint lastKey, int lastId) {
  return key > lastKey || (key == lastKey && id <= lastId);
}

// An item has some ids next to each other, where their order matters: from here to that of the
// next item.
int share_of(int n) {
  return (n + (int) get_local_size(0) - 1) / (int) get_local_size(0);
}

int share_from(int n) {
  return min(n, (int) get_local_id(0) * share_of(n));
}

// What those of an item's share weigh that are kept.
ulong kept_weight(global const float *logits, int n, float most, float factor, uint lastKey,
                  int lastId) {
  const int from = share_from(n);
  const int to = min(n, from + share_of(n));
  ulong sum = 0;
  for (int i = from; i < to; i++) {
    if (is_kept(logit_key(logits[i]), i, lastKey, lastId)) {
      sum += token_weight(logits[i], most, factor);
    }
  }
  return sum;
}

// What the items have of each digit becomes the sum of all, of digit d at sums[d].
void sums_of_items(local ulong *sums) {
  const int item = get_local_id(0);
  int items = get_local_size(0);
  while (items > 1) {
    const int kept = (items + 1) / 2;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item + kept < items) {
      for (int d = 0; d < DIGITS; d++) {
        sums[DIGITS * item + d] += sums[DIGITS * (item + kept) + d];
      }
    }
    items = kept;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}

// The sum of what the items have, and of the items before this one.
ulong sum_before(ulong own, ulong *before, local ulong *sums) {
  sums[get_local_id(0)] = own;
  barrier(CLK_LOCAL_MEM_FENCE);
  ulong sum = 0;
  for (int i = 0; i < (int) get_local_size(0); i++) {
    if (i == (int) get_local_id(0)) {
      *before = sum;
    }
    sum += sums[i];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return sum;
}

// Keeps the smallest prefix that has as many tokens, or as much weight, as needed: at least 1, at
// most what is kept. Digit by digit of the last key; then the last of its equals.
void keep_prefix(global const float *logits, int n, float most, float factor, bool byWeight,
                 ulong needed, uint *lastKey, int *lastId, local ulong *sums) {
  const int item = get_local_id(0);
  const int items = get_local_size(0);
  uint found = 0;
  for (int shift = 32 - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
    ulong own[DIGITS];
    UNROLL for (int d = 0; d < DIGITS; d++) {
      own[d] = 0;
    }
    const uint fixed = shift == 32 - DIGIT_BITS ? 0 : 0xffffffffu << (shift + DIGIT_BITS);
    for (int i = item; i < n; i += items) {
      const uint key = logit_key(logits[i]);
      if ((key & fixed) == found && is_kept(key, i, *lastKey, *lastId)) {
        const ulong value = byWeight ? token_weight(logits[i], most, factor) : 1;
        const int digit = key >> shift & (DIGITS - 1);
        UNROLL for (int d = 0; d < DIGITS; d++) {
          own[d] += d == digit ? value : 0;
        }
      }
    }
    for (int d = 0; d < DIGITS; d++) {
      sums[DIGITS * item + d] = own[d];
    }
    sums_of_items(sums);
    int digit = DIGITS - 1;
    while (digit > 0 && sums[digit] < needed) {
      needed -= sums[digit];
      digit--;
    }
    found |= (uint) digit << shift;
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  // equals have equal weights
  const int from = share_from(n);
  const int to = min(n, from + share_of(n));
  ulong equals = 0;
  ulong value = 1;
  for (int i = from; i < to; i++) {
    const uint key = logit_key(logits[i]);
    if (key == found && is_kept(key, i, *lastKey, *lastId)) {
      equals++;
    }
  }
  if (byWeight) {
    const uint bits = found ^ (found >> 31 ? 0x80000000u : 0xffffffffu);
    value = token_weight(as_float(bits), most, factor);
  }
  ulong wanted = (needed + value - 1) / value;
  ulong before = 0;
  sum_before(equals, &before, sums);
  if (before < wanted && wanted <= before + equals) {
    int i = from - 1;
    while (before < wanted) {
      i++;
      const uint key = logit_key(logits[i]);
      before += key == found && is_kept(key, i, *lastKey, *lastId) ? 1 : 0;
    }
    sums[0] = i;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  *lastKey = found;
  *lastId = (int) sums[0];
  barrier(CLK_LOCAL_MEM_FENCE);
}

// A group is a row of n logits. sums: DIGITS ulongs an item.
kernel void choose_token(global const float *logits, int n, global const uint *choices,
                         global int *tokens, local ulong *sums) {
  const int item = get_local_id(0);
  const int items = get_local_size(0);
  logits += (ulong) get_group_id(0) * n;
  choices += CHOICE_WORDS * get_group_id(0);
  const float factor = as_float(choices[0]);
  const int topK = choices[1];
  const uint topP = choices[2];
  const ulong random = (ulong) choices[4] << 32 | choices[3];
  float most = -INFINITY;
  for (int i = item; i < n; i += items) {
    most = fmax(most, logits[i]);
  }
  sums[item] = logit_key(most);
  barrier(CLK_LOCAL_MEM_FENCE);
  uint mostKey = 0;
  for (int i = 0; i < items; i++) {
    mostKey = max(mostKey, (uint) sums[i]);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  most = as_float(mostKey ^ (mostKey >> 31 ? 0x80000000u : 0xffffffffu));
  uint lastKey = 0;
  int lastId = n;
  if (topK != 0 && topK < n) {
    keep_prefix(logits, n, most, factor, false, topK, &lastKey, &lastId, sums);
  }
  ulong before = 0;
  ulong own = kept_weight(logits, n, most, factor, lastKey, lastId);
  ulong all = sum_before(own, &before, sums);
  if (topP != ALL_WEIGHTS) {
    const ulong part = (all >> 31) * topP + ((all & 0x7fffffff) * topP >> 31);
    keep_prefix(logits, n, most, factor, true, part == 0 ? 1 : part, &lastKey, &lastId, sums);
    own = kept_weight(logits, n, most, factor, lastKey, lastId);
    all = sum_before(own, &before, sums);
  }
  const ulong at = mul_hi(random, all);
  if (before <= at && at < before + own) {
    int i = share_from(n) - 1;
    while (before <= at) {
      i++;
      before += is_kept(logit_key(logits[i]), i, lastKey, lastId)
          ? token_weight(logits[i], most, factor) : 0;
    }
    tokens[get_group_id(0)] = i;
  }
}
