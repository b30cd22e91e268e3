// What all matrix products do with the sum of a row (docs/numbers.md, matrix instructions), and
// what a launch may do in the same breath: an activation, a residual, several matrices of one
// input.

// Functions and operations that follow; 0 is none. ProductLaunches has the same numbers.
#define FN_RELU 1
#define FN_SILU 2
#define FN_GELU_TANH 3
#define FN_GELU_ERF 4
#define WITH_ADD 1
#define WITH_MUL 2

// Parameters of matrix I: its weights, from which byte on its scales are, its biases, its result
// [tokens, n].
#define MATRIX(I) global const uchar *weights##I, ulong scaleOffset##I, \
    global const float *bias##I, int biased##I
#define RESULT(I) global float *y##I, int n##I

// y of a row and a token.
float product(long sum, global const uchar *weights, ulong scaleOffset, global const float *bias,
              int biased, int row, float xScale) {
  global const float *scale = (global const float *) (weights + scaleOffset);
  float y = (float) sum * scale[row];
  y = y * xScale;
  return biased ? y + bias[row] : y;
}

float activated(float y, int fn) {
  switch (fn) {
    case FN_RELU: return relu_of(y);
    case FN_SILU: return silu(y);
    case FN_GELU_TANH: return gelu_tanh_of(y);
    case FN_GELU_ERF: return gelu_erf_of(y);
    default: return y;
  }
}

// With an element of another value of the same shape.
float joined(float y, int with, global const float *other, ulong at) {
  switch (with) {
    case WITH_ADD: return other[at] + y;
    case WITH_MUL: return other[at] * y;
    default: return y;
  }
}

// Declares the matrix that place is in, of three one after the other with n0, n1 and n2 places,
// and what is left of place.
#define THIS_OF_THREE(PLACE, N0, N1) \
    const int all = PLACE; \
    const int own = all < (N0) ? 0 : all < (N0) + (N1) ? 1 : 2; \
    const int place = all - (own == 0 ? 0 : own == 1 ? (N0) : (N0) + (N1)); \
    global const uchar *weights = own == 0 ? weights0 : own == 1 ? weights1 : weights2; \
    const ulong scaleOffset = own == 0 ? scaleOffset0 : own == 1 ? scaleOffset1 : scaleOffset2; \
    global const float *bias = own == 0 ? bias0 : own == 1 ? bias1 : bias2; \
    const int biased = own == 0 ? biased0 : own == 1 ? biased1 : biased2; \
    global float *y = own == 0 ? y0 : own == 1 ? y1 : y2; \
    const int n = own == 0 ? n0 : own == 1 ? n1 : n2;
