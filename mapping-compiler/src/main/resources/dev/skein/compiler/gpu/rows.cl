// What needs a whole row: norms and the quantisation of activations. An item is a row.

// Elements less their mean, +0 behind the end of the row.
float16 centred(global const float *x, int at, int n, float mean) {
  return select(lanes_at(x, at, n) - mean, (float16) (0.0f), columns(at) >= n);
}

float mean_square(global const float *x, float mean, int n) {
  float16 sum = 0.0f;
  for (int i = 0; i < n; i += 16) {
    const float16 d = centred(x, i, n, mean);
    sum += d * d;
  }
  return sum_lanes(sum) / (float) n;
}

float rms_factor(global const float *x, int n, float eps) {
  return 1.0f / sqrt(mean_square(x, 0.0f, n) + eps);
}

// Mean and factor of a layer norm.
float2 layer_factor(global const float *x, int n, float eps) {
  float16 sum = 0.0f;
  for (int i = 0; i < n; i += 16) {
    sum += lanes_at(x, i, n);
  }
  const float mean = sum_lanes(sum) / (float) n;
  return (float2) (mean, 1.0f / sqrt(mean_square(x, mean, n) + eps));
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

kernel void rms_norm(global const float *x, global const float *weight, global float *y, int n,
                     float eps) {
  x += get_global_id(0) * n;
  const float r = rms_factor(x, n, eps);
  for (int i = 0; i < n; i += 16) {
    put_lanes(rms_at(x, weight, r, i, n), y + get_global_id(0) * n, i, n);
  }
}

kernel void layer_norm(global const float *x, global const float *weight,
                       global const float *bias, global float *y, int n, float eps) {
  x += get_global_id(0) * n;
  const float2 factor = layer_factor(x, n, eps);
  for (int i = 0; i < n; i += 16) {
    put_lanes(layer_at(x, weight, bias, factor, i, n), y + get_global_id(0) * n, i, n);
  }
}

// Norms whose result only matrices read: int8 at once, nothing between them in memory.
kernel void rms_norm_quantise(global const float *x, global const float *weight, global char *q,
                              global float *scales, int n, float eps) {
  x += get_global_id(0) * n;
  q += get_global_id(0) * align16(n);
  const float r = rms_factor(x, n, eps);
  float16 most = 0.0f;
  for (int i = 0; i < n; i += 16) {
    most = fmax(most, fabs(rms_at(x, weight, r, i, n)));
  }
  const float m = max_lanes(most);
  for (int i = 0; i < n; i += 16) {
    put_int8(rms_at(x, weight, r, i, n), steps_in(m), q + i);
  }
  scales[get_global_id(0)] = step_of(m);
}

kernel void layer_norm_quantise(global const float *x, global const float *weight,
                                global const float *bias, global char *q,
                                global float *scales, int n, float eps) {
  x += get_global_id(0) * n;
  q += get_global_id(0) * align16(n);
  const float2 factor = layer_factor(x, n, eps);
  float16 most = 0.0f;
  for (int i = 0; i < n; i += 16) {
    most = fmax(most, fabs(layer_at(x, weight, bias, factor, i, n)));
  }
  const float m = max_lanes(most);
  for (int i = 0; i < n; i += 16) {
    put_int8(layer_at(x, weight, bias, factor, i, n), steps_in(m), q + i);
  }
  scales[get_global_id(0)] = step_of(m);
}

// A row in int8, rounded up to 16 entries; its scale.
float quantise_row(global const float *x, global char *q, int n) {
  float16 most = 0.0f;
  for (int i = 0; i < n; i += 16) {
    most = fmax(most, fabs(lanes_at(x, i, n)));
  }
  const float m = max_lanes(most);
  for (int i = 0; i < n; i += 16) {
    put_int8(lanes_at(x, i, n), steps_in(m), q + i);
  }
  return step_of(m);
}

// x is [tokens, parts, n]. Part p of token t becomes row p * partRows + t of q, which has rows of n
// rounded up to 16; its scale the element of that number.
kernel void quantise(global const float *x, global char *q, global float *scales, int n,
                     int parts, int partRows) {
  const int row = get_global_id(0) % parts * partRows + get_global_id(0) / parts;
  scales[row] = quantise_row(x + get_global_id(0) * n, q + (ulong) row * align16(n), n);
}
