// a * b in binary32, rounded to nearest, ties to even. The product of two significands of 24 bits
// is exact in 48, also that of subnormal ones, so it is normalised once, behind the multiplier.
// 7 cycles: operands 1, product 2, normalise 2, round 2.
`timescale 1ns / 1ps
module skein_float_multiply (
    input  wire        clk,
    input  wire [31:0] a,
    input  wire [31:0] b,
    output wire [31:0] out
);
    wire a_small = a[30:23] == 8'd0, b_small = b[30:23] == 8'd0;
    wire a_special = &a[30:23], b_special = &b[30:23];
    wire a_zero = a[30:0] == 31'd0, b_zero = b[30:0] == 31'd0;
    wire a_nan = a_special && a[22:0] != 23'd0, b_nan = b_special && b[22:0] != 23'd0;

    reg [23:0] x, y;
    // in LUTs: the DSPs are the chain's
    (* use_dsp = "no" *) reg [47:0] product;
    reg [47:0] product_late;
    // of a product whose top bit is 1: 2^(ea - 150) 2^(eb - 150) 2^47, biased by 127
    reg signed [10:0] exponent;
    reg nan, infinite, sign;
    always @(posedge clk) begin
        x <= {~a_small, a[22:0]};
        y <= {~b_small, b[22:0]};
        product <= x * y;
        product_late <= product;
        exponent <= {3'd0, a[30:24], a[23] | a_small} + {3'd0, b[30:24], b[23] | b_small}
            - 11'sd126;
        nan <= a_nan | b_nan | (a_special & b_zero) | (b_special & a_zero);
        infinite <= a_special | b_special;
        sign <= a[31] ^ b[31];
    end

    wire [47:0] significand;
    wire [5:0] zeros;
    wire signed [10:0] exponent_late;
    wire nan_late, infinite_late, sign_late;
    skein_normalise #(.WIDTH(48)) normalise (.clk(clk), .in(product_late), .out(significand),
        .zeros(zeros));
    skein_delay #(.WIDTH(14), .CYCLES(4)) d_late (.clk(clk),
        .in({exponent, nan, infinite, sign}),
        .out({exponent_late, nan_late, infinite_late, sign_late}));
    skein_float_round #(.WIDTH(48)) round (.clk(clk), .nan(nan_late), .infinite(infinite_late),
        .sign(sign_late), .exponent(exponent_late - {5'd0, zeros}), .significand(significand),
        .out(out));
endmodule
