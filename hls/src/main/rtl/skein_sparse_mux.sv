// The sparse MUX in front of one slice: the activations of one of 16 columns, for two rows of x at
// once. Where a block is dense, column j goes to slice j. A cycle.
`timescale 1ns / 1ps
module skein_sparse_mux (
    input  wire         clk,
    input  wire [3:0]   column,
    input  wire [127:0] hi,
    input  wire [127:0] lo,
    output reg  [7:0]   hi_out,
    output reg  [7:0]   lo_out
);
    always @(posedge clk) begin
        hi_out <= hi[8*column +: 8];
        lo_out <= lo[8*column +: 8];
    end
endmodule
