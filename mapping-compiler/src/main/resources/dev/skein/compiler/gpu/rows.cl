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

kernel void rms_norm(global const float *x, global const float *weight, global float *y, int n,
                     float eps) {
  x += get_global_id(0) * n;
  y += get_global_id(0) * n;
  const float r = 1.0f / sqrt(mean_square(x, 0.0f, n) + eps);
  for (int i = 0; i < n; i += 16) {
    put_lanes(lanes_at(x, i, n) * r * lanes_at(weight, i, n), y, i, n);
  }
}

kernel void layer_norm(global const float *x, global const float *weight,
                       global const float *bias, global float *y, int n, float eps) {
  x += get_global_id(0) * n;
  y += get_global_id(0) * n;
  float16 sum = 0.0f;
  for (int i = 0; i < n; i += 16) {
    sum += lanes_at(x, i, n);
  }
  const float mean = sum_lanes(sum) / (float) n;
  const float r = 1.0f / sqrt(mean_square(x, mean, n) + eps);
  for (int i = 0; i < n; i += 16) {
    float16 d = lanes_at(x, i, n) - mean;
    put_lanes(d * r * lanes_at(weight, i, n) + lanes_at(bias, i, n), y, i, n);
  }
}

// x is [tokens, parts, n]. Part p of token t becomes row p * partRows + first + t of q, which has
// rows of n rounded up to 16; its scale the element of that number.
kernel void quantise(global const float *x, global char *q, global float *scales, int n,
                     int parts, int partRows, int first) {
  const int part = get_global_id(0) % parts;
  const int row = part * partRows + first + get_global_id(0) / parts;
  x += get_global_id(0) * n;
  q += (ulong) row * align16(n);
  float16 most = 0.0f;
  for (int i = 0; i < n; i += 16) {
    most = fmax(most, fabs(lanes_at(x, i, n)));
  }
  const float m = max_lanes(most);
  const bool zero = m < 0x1p-100f;
  const float inverse = zero ? 0.0f : 127.0f / m;
  for (int i = 0; i < n; i += 16) {
    int16 v = convert_int16(rint(lanes_at(x, i, n) * inverse));
    vstore16(convert_char16(clamp(v, (int16) (-127), (int16) (127))), 0, q + i);
  }
  scales[row] = zero ? 0.0f : m / 127.0f;
}
