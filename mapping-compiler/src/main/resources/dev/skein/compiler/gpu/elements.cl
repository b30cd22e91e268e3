// Element by element: an item is an element of [tokens, width], the last group is not full.

kernel void embed(global const float *table, global const int *ids, global float *y, int width,
                  int count) {
  const int i = get_global_id(0);
  if (i < count) {
    y[i] = table[(ulong) ids[i / width] * width + i % width];
  }
}

kernel void position_embed(global const float *x, global const float *table, global float *y,
                           global const int *positions, int width, int count) {
  const int i = get_global_id(0);
  if (i < count) {
    y[i] = x[i] + table[(ulong) positions[i / width] * width + i % width];
  }
}

// Of the rows of a step those whose logits are wanted.
kernel void output_rows(global const float *x, global const int *outputs, global float *y,
                        int width, int count) {
  const int i = get_global_id(0);
  if (i < count) {
    y[i] = x[(ulong) outputs[i / width] * width + i % width];
  }
}

// An element of a head that was turned; angles: rotaryDim / 2 cosines and as many sines, of its
// position.
float turned(global const float *x, global const float *angles, int element, int rotaryDim,
             int interleaved) {
  if (element >= rotaryDim) {
    return x[element];
  }
  const int half_ = rotaryDim / 2;
  const int pair = interleaved ? element / 2 : element % half_;
  const bool second = interleaved ? element % 2 : element >= half_;
  const int distance = interleaved ? 1 : half_;
  const float x0 = x[second ? element - distance : element];
  const float x1 = x[second ? element : element + distance];
  const float c = angles[pair];
  const float s = angles[half_ + pair];
  const float a = x0 * (second ? s : c);
  const float b = x1 * (second ? c : s);
  return second ? a + b : a - b;
}

// Where what comes of it is read as it is; attention_inputs in heads.cl does the same on the way.
kernel void rope(global const float *x, global const float *table, global float *y,
                 global const int *positions, int width, int headDim, int rotaryDim,
                 int interleaved, int count) {
  const int i = get_global_id(0);
  if (i < count) {
    const int element = i % width % headDim;
    y[i] = turned(x + (i - element), table + (ulong) positions[i / width] * rotaryDim, element,
                  rotaryDim, interleaved);
  }
}

float relu_of(float a) {
  return a > 0.0f ? a : 0.0f;
}

float silu(float a) {
  return a / (1.0f + exp_one(-a));
}

float gelu_tanh_of(float a) {
  const float u = 0.7978845608f * (a + 0.044715f * (a * a * a));
  const float tanh_ = 1.0f - 2.0f / (exp_one(2.0f * u) + 1.0f);
  return 0.5f * a * (1.0f + tanh_);
}

// Abramowitz and Stegun, 7.1.26.
float erf_of(float z) {
  const float t = 1.0f / (1.0f + 0.3275911f * fabs(z));
  float p = 1.061405429f;
  p = p * t + -1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t + -0.284496736f;
  p = p * t + 0.254829592f;
  p = p * t;
  const float y = 1.0f - p * exp_one(-(z * z));
  return z < 0.0f ? -y : y;
}

float gelu_erf_of(float a) {
  return 0.5f * a * (1.0f + erf_of(a * 0.70710678f));
}

#define ELEMENTWISE(NAME, VALUE) \
  kernel void NAME(global const float *x, global const float *z, global float *y, int count) { \
    const int i = get_global_id(0); \
    if (i < count) { \
      const float a = x[i]; \
      const float b = z[i]; \
      y[i] = VALUE; \
    } \
  }

ELEMENTWISE(add, a + b)
ELEMENTWISE(mul, a * b)
ELEMENTWISE(silu_mul, silu(a) * b)

#define UNARY(NAME, VALUE) \
  kernel void NAME(global const float *x, global float *y, int count) { \
    const int i = get_global_id(0); \
    if (i < count) { \
      const float a = x[i]; \
      y[i] = VALUE; \
    } \
  }

UNARY(relu, relu_of(a))
UNARY(silu_only, silu(a))
UNARY(gelu_tanh, gelu_tanh_of(a))
UNARY(gelu_erf, gelu_erf_of(a))
