// From the exact sum of a matrix instruction to binary32, one a cycle: the integer rounded, times
// the scale of its row of weights, times that of its row of x, plus bias; each operation rounded on
// its own, in this order (docs/numbers.md). Without scale or bias the operand is what changes
// nothing: times 1, plus -0.
//
// Operands at t; out, with done, at t + LATENCY.
`timescale 1ns / 1ps
module skein_epilogue (
    input  wire        clk,
    input  wire        rst,
    input  wire        valid,
    input  wire [47:0] sum,
    input  wire        scaled,
    input  wire [31:0] row_scale,
    input  wire [31:0] act_scale,
    input  wire        biased,
    input  wire [31:0] bias,
    output wire        done,
    output wire [31:0] out
);
    localparam integer CONVERT = 5;
    localparam integer MULTIPLY = 7;
    localparam integer ADD = 7;
    // 5 + 7 + 7 + 7 = 26
    localparam integer LATENCY = CONVERT + 2 * MULTIPLY + ADD;
    localparam [31:0] ONE = 32'h3f800000;
    localparam [31:0] MINUS_ZERO = 32'h80000000;

    wire [31:0] rounded, by_row, by_both, row_late, act_late, bias_late;
    skein_int_to_float convert (.clk(clk), .in(sum), .out(rounded));
    skein_delay #(.WIDTH(32), .CYCLES(CONVERT)) d_row (.clk(clk),
        .in(scaled ? row_scale : ONE), .out(row_late));
    skein_float_multiply row (.clk(clk), .a(rounded), .b(row_late), .out(by_row));
    skein_delay #(.WIDTH(32), .CYCLES(CONVERT + MULTIPLY)) d_act (.clk(clk), .in(act_scale),
        .out(act_late));
    skein_float_multiply act (.clk(clk), .a(by_row), .b(act_late), .out(by_both));
    skein_delay #(.WIDTH(32), .CYCLES(CONVERT + 2 * MULTIPLY)) d_bias (.clk(clk),
        .in(biased ? bias : MINUS_ZERO), .out(bias_late));
    skein_float_add add (.clk(clk), .a(by_both), .b(bias_late), .out(out));

    // Validity is reset: what the pipeline held before does not count.
    reg [LATENCY-1:0] valids;
    always @(posedge clk) valids <= rst ? {LATENCY{1'b0}} : {valids[LATENCY-2:0], valid};
    assign done = valids[LATENCY-1];
endmodule
