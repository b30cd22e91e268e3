// What needs a whole row: norms and the quantisation of activations. A work group shares a row: one
// item, as on a processor, or 16 and more. Maxima have no order, so that items take 16 elements at
// a time in turns; a sum has its 16 lanes, of which each of the first 16 items takes one.
// shared: a float an item.

// The units of 16 elements that an item has, by their first element.
#define OWN_UNITS(I, N) \
  for (int I = 16 * get_local_id(0); I < (N); I += 16 * get_local_size(0))

// The largest of what each item has.
float largest_of_items(float own, local float *shared) {
  const int items = get_local_size(0);
  if (items == 1) {
    return own;
  }
  shared[get_local_id(0)] = own;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int i = 0; i < items; i++) {
    own = fmax(own, shared[i]);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return own;
}

// The sum of the lanes that the first 16 items have. Afterwards, what the items read of global
// memory for it may be written.
float sum_of_lanes(float own, local float *shared) {
  shared[get_local_id(0)] = own;
  barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
  const float sum = sum_lanes(vload16(0, shared));
  barrier(CLK_LOCAL_MEM_FENCE);
  return sum;
}

// Elements less their mean, +0 behind the end of the row.
float16 centred(global const float *x, int at, int n, float mean) {
  return select(lanes_at(x, at, n) - mean, (float16) (0.0f), columns(at) >= n);
}

float mean_square(global const float *x, float mean, int n, local float *shared) {
  if (get_local_size(0) == 1) {
    float16 sum = 0.0f;
    for (int i = 0; i < n; i += 16) {
      const float16 d = centred(x, i, n, mean);
      sum += d * d;
    }
    return sum_lanes(sum) / (float) n;
  }
  float lane = 0.0f;
  if (get_local_id(0) < 16) {
    for (int i = get_local_id(0); i < n; i += 16) {
      const float d = x[i] - mean;
      lane += d * d;
    }
  }
  return sum_of_lanes(lane, shared) / (float) n;
}

float mean_of(global const float *x, int n, local float *shared) {
  if (get_local_size(0) == 1) {
    float16 sum = 0.0f;
    for (int i = 0; i < n; i += 16) {
      sum += lanes_at(x, i, n);
    }
    return sum_lanes(sum) / (float) n;
  }
  float lane = 0.0f;
  if (get_local_id(0) < 16) {
    for (int i = get_local_id(0); i < n; i += 16) {
      lane += x[i];
    }
  }
  return sum_of_lanes(lane, shared) / (float) n;
}

float rms_factor(global const float *x, int n, float eps, local float *shared) {
  return 1.0f / sqrt(mean_square(x, 0.0f, n, shared) + eps);
}

// Mean and factor of a layer norm.
float2 layer_factor(global const float *x, int n, float eps, local float *shared) {
  const float mean = mean_of(x, n, shared);
  return (float2) (mean, 1.0f / sqrt(mean_square(x, mean, n, shared) + eps));
}

float16 rms_at(global const float *x, global const float *weight, float r, int at, int n) {
  return lanes_at(x, at, n) * r * lanes_at(weight, at, n);
}

float16 layer_at(global const float *x, global const float *weight, global const float *bias,
                 float2 factor, int at, int n) {
  return centred(x, at, n, factor.x) * factor.y * lanes_at(weight, at, n) + lanes_at(bias, at, n);
}

// What a row of this largest magnitude is multiplied with; 0 makes zeros of it.
float steps_in(float most) {
  return most < 0x1p-100f ? 0.0f : 127.0f / most;
}

float step_of(float most) {
  return most < 0x1p-100f ? 0.0f : most / 127.0f;
}

void put_int8(float16 v, float steps, global char *q) {
  const int16 w = convert_int16(rint(v * steps));
  vstore16(convert_char16(clamp(w, (int16) (-127), (int16) (127))), 0, q);
}

// Int8 of what VALUE gives for the elements from i on, rounded up to 16; their scale.
#define QUANTISE_ROW(VALUE, N, Q, SCALE) \
    float16 most = 0.0f; \
    OWN_UNITS(i, N) { \
      most = fmax(most, fabs(VALUE)); \
    } \
    const float m = largest_of_items(max_lanes(most), shared); \
    OWN_UNITS(i, N) { \
      put_int8(VALUE, steps_in(m), (Q) + i); \
    } \
    if (get_local_id(0) == 0) { \
      *(SCALE) = step_of(m); \
    }

kernel void rms_norm(global const float *x, global const float *weight, global float *y, int n,
                     float eps, local float *shared) {
  x += get_group_id(0) * n;
  const float r = rms_factor(x, n, eps, shared);
  OWN_UNITS(i, n) {
    put_lanes(rms_at(x, weight, r, i, n), y + get_group_id(0) * n, i, n);
  }
}

kernel void layer_norm(global const float *x, global const float *weight,
                       global const float *bias, global float *y, int n, float eps,
                       local float *shared) {
  x += get_group_id(0) * n;
  const float2 factor = layer_factor(x, n, eps, shared);
  OWN_UNITS(i, n) {
    put_lanes(layer_at(x, weight, bias, factor, i, n), y + get_group_id(0) * n, i, n);
  }
}

// Norms whose result only matrices read: int8 at once, nothing between them in memory.
kernel void rms_norm_quantise(global const float *x, global const float *weight, global char *q,
                              global float *scales, int n, float eps, local float *shared) {
  x += get_group_id(0) * n;
  const float r = rms_factor(x, n, eps, shared);
  QUANTISE_ROW(rms_at(x, weight, r, i, n), n, q + get_group_id(0) * align16(n),
               scales + get_group_id(0))
}

kernel void layer_norm_quantise(global const float *x, global const float *weight,
                                global const float *bias, global char *q,
                                global float *scales, int n, float eps, local float *shared) {
  x += get_group_id(0) * n;
  const float2 factor = layer_factor(x, n, eps, shared);
  QUANTISE_ROW(layer_at(x, weight, bias, factor, i, n), n, q + get_group_id(0) * align16(n),
               scales + get_group_id(0))
}

// x is [rows, n]; q has rows of n rounded up to 16.
kernel void quantise(global const float *x, global char *q, global float *scales, int n,
                     local float *shared) {
  x += get_group_id(0) * n;
  QUANTISE_ROW(lanes_at(x, i, n), n, q + get_group_id(0) * align16(n), scales + get_group_id(0))
}
