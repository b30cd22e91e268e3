// a + b in binary32, rounded to nearest, ties to even; x + -x is +0. The smaller operand is shifted
// to the larger one's exponent with three bits more, of which the last stands for all below it: a
// shift by more than one place cannot cancel more than one. 7 cycles: order 1, align 1, add 1,
// normalise 2, round 2.
`timescale 1ns / 1ps
module skein_float_add (
    input  wire        clk,
    input  wire [31:0] a,
    input  wire [31:0] b,
    output wire [31:0] out
);
    wire a_special = &a[30:23], b_special = &b[30:23];
    wire a_nan = a_special && a[22:0] != 23'd0, b_nan = b_special && b[22:0] != 23'd0;

    // order: the larger magnitude first
    reg [31:0] x, y;
    reg nan, infinite, sign_of_zero;
    always @(posedge clk) begin
        {x, y} <= a[30:0] < b[30:0] ? {b, a} : {a, b};
        nan <= a_nan | b_nan | (a_special & b_special & (a[31] ^ b[31]));
        infinite <= a_special | b_special;
        sign_of_zero <= a[31] & b[31];
    end

    // align: bit 26 of x is the one before the point
    wire x_small = x[30:23] == 8'd0, y_small = y[30:23] == 8'd0;
    wire [7:0] x_exponent = {x[30:24], x[23] | x_small};
    wire [7:0] distance = x_exponent - {y[30:24], y[23] | y_small};
    wire [4:0] shift = distance > 8'd27 ? 5'd27 : distance[4:0];
    wire [53:0] shifted = {~y_small, y[22:0], 30'd0} >> shift;
    reg [26:0] larger, smaller;
    reg subtract, sign;
    reg [7:0] exponent;
    always @(posedge clk) begin
        larger <= {~x_small, x[22:0], 3'd0};
        smaller <= {shifted[53:28], shifted[27:0] != 28'd0};
        subtract <= x[31] ^ y[31];
        sign <= x[31];
        exponent <= x_exponent;
    end

    reg [27:0] sum;
    always @(posedge clk) begin
        sum <= subtract ? {1'b0, larger} - {1'b0, smaller} : {1'b0, larger} + {1'b0, smaller};
    end

    wire [27:0] significand;
    wire [4:0] zeros;
    wire [7:0] exponent_late;
    wire nan_late, infinite_late, sign_late, sign_of_zero_late;
    skein_normalise #(.WIDTH(28)) normalise (.clk(clk), .in(sum), .out(significand),
        .zeros(zeros));
    skein_delay #(.WIDTH(9), .CYCLES(3)) d_aligned (.clk(clk), .in({exponent, sign}),
        .out({exponent_late, sign_late}));
    skein_delay #(.WIDTH(3), .CYCLES(4)) d_ordered (.clk(clk),
        .in({nan, infinite, sign_of_zero}), .out({nan_late, infinite_late, sign_of_zero_late}));
    skein_float_round #(.WIDTH(28)) round (.clk(clk), .nan(nan_late), .infinite(infinite_late),
        .sign(significand[27] | infinite_late ? sign_late : sign_of_zero_late),
        .exponent({3'd0, exponent_late} + 11'sd1 - {6'd0, zeros}), .significand(significand),
        .out(out));
endmodule
