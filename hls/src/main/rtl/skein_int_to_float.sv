// A signed integer of 48 bits to binary32, rounded to nearest, ties to even. 5 cycles: magnitude 1,
// normalise 2, round 2.
`timescale 1ns / 1ps
module skein_int_to_float (
    input  wire        clk,
    input  wire [47:0] in,
    output wire [31:0] out
);
    reg [47:0] magnitude;
    always @(posedge clk) magnitude <= in[47] ? -in : in;

    wire [47:0] significand;
    wire [5:0] zeros;
    wire sign;
    skein_normalise #(.WIDTH(48)) normalise (.clk(clk), .in(magnitude), .out(significand),
        .zeros(zeros));
    skein_delay #(.WIDTH(1), .CYCLES(3)) d_sign (.clk(clk), .in(in[47]), .out(sign));
    // the top bit is 2^47
    skein_float_round #(.WIDTH(48)) round (.clk(clk), .nan(1'b0), .infinite(1'b0), .sign(sign),
        .exponent(11'sd174 - {5'd0, zeros}), .significand(significand), .out(out));
endmodule
