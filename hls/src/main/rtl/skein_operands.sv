// What a VPU is fed: a word of its weight memory becomes int8 weights, columns and scales. A cycle.
//
// A word holds the kept weights of a step, a field of 16 bits for each DSP group: two weights of
// the group's width in its low bits, two's complement, the first one lower. Above the fields lie 16
// columns of 4 bits and a scale of 8 bits for each group. The width is given by group, since blocks
// of several widths share a step; a group without weights has width NONE. Where weights are dense,
// column j goes to slice j.
`timescale 1ns / 1ps
module skein_operands #(
    parameter integer GROUPS = 8
) (
    input  wire                 clk,
    input  wire                 dense,
    input  wire [32*GROUPS-1:0] word,
    // a code for each group: order of WeightBits in isa.h, 2, 3, 4, 5, 8 bits, then NONE
    input  wire [3*GROUPS-1:0]  widths,
    output reg  [16*GROUPS-1:0] w,
    output reg  [8*GROUPS-1:0]  column,
    output reg  [8*GROUPS-1:0]  scales
);
    localparam [2:0] W2 = 3'd0, W3 = 3'd1, W4 = 3'd2, W5 = 3'd3, W8 = 3'd4;

    genvar g;
    generate
        for (g = 0; g < GROUPS; g = g + 1) begin : g_group
            localparam integer EVEN = 2 * g;
            localparam integer ODD = 2 * g + 1;
            wire [15:0] f = word[16*g +: 16];
            always @(posedge clk) begin
                case (widths[3*g +: 3])
                    W2: w[16*g +: 16] <= {{6{f[3]}}, f[3:2], {6{f[1]}}, f[1:0]};
                    W3: w[16*g +: 16] <= {{5{f[5]}}, f[5:3], {5{f[2]}}, f[2:0]};
                    W4: w[16*g +: 16] <= {{4{f[7]}}, f[7:4], {4{f[3]}}, f[3:0]};
                    W5: w[16*g +: 16] <= {{3{f[9]}}, f[9:5], {3{f[4]}}, f[4:0]};
                    W8: w[16*g +: 16] <= f;
                    default: w[16*g +: 16] <= 16'd0;
                endcase
                column[8*g +: 8] <= dense ? {ODD[3:0], EVEN[3:0]}
                    : word[16*GROUPS + 8*g +: 8];
                scales[8*g +: 8] <= word[24*GROUPS + 8*g +: 8];
            end
        end
    endgenerate
endmodule
