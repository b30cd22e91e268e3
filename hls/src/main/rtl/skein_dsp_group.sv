// A DSP group of FlightLLM (arXiv 2401.03868, section 3): two slices in cascade, and at its end the
// reduction node, where the running sum can be taken out. The group that follows either goes on
// with it (cascade) or begins at 0 (the Z-MUX of its first slice).
//
// Operands of slice i at t + i, cascade at t; the sum at t + 5.
`timescale 1ns / 1ps
module skein_dsp_group (
    input  wire        clk,
    input  wire [15:0] w,
    input  wire [15:0] hi,
    input  wire [15:0] lo,
    input  wire        cascade,
    input  wire [47:0] pcin,
    output wire [47:0] pcout,
    output wire [47:0] p
);
    reg [1:0] cascades;
    always @(posedge clk) cascades <= {cascades[0], cascade};

    wire [47:0] between;
    // verilator lint_off UNUSED
    wire [47:0] inner;
    // verilator lint_on UNUSED
    skein_dsp first (.clk(clk), .w(w[7:0]), .hi(hi[7:0]), .lo(lo[7:0]),
        .cascade(cascades[1]), .pcin(pcin), .pcout(between), .p(inner));
    skein_dsp second (.clk(clk), .w(w[15:8]), .hi(hi[15:8]), .lo(lo[15:8]),
        .cascade(1'b1), .pcin(between), .pcout(pcout), .p(p));
endmodule
