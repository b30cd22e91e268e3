// A matrix processing unit: ROWS rows of weights against 2 * PAIRS rows of x, a VPU for each row
// and pair. All VPUs of a row have its weights, columns and scales, all of a pair its activations.
// This is MM mode; the blocks that the groups are at are the same for all rows, which are of one
// strip.
//
// Interface and timing are those of skein_vpu; accumulator pairs in order of rows, then pairs.
`timescale 1ns / 1ps
module skein_mpu #(
    parameter integer ROWS = 2,
    parameter integer PAIRS = 4,
    parameter integer GROUPS = 8
) (
    input  wire                          clk,
    input  wire                          rst,
    input  wire                          valid,
    input  wire                          first,
    input  wire                          last,
    input  wire [16*GROUPS*ROWS-1:0]     w,
    input  wire [8*GROUPS*ROWS-1:0]      column,
    input  wire [128*GROUPS*PAIRS-1:0]   hi,
    input  wire [128*GROUPS*PAIRS-1:0]   lo,
    input  wire [GROUPS-1:0]             cascade,
    input  wire [8*GROUPS*ROWS-1:0]      scales,
    output wire                          done,
    output wire [48*ROWS*PAIRS-1:0]      hi_acc,
    output wire [48*ROWS*PAIRS-1:0]      lo_acc
);
    // All VPUs are done at once.
    wire [ROWS*PAIRS-1:0] dones;
    assign done = dones[0];
    // verilator lint_off UNUSED
    wire unused = &dones;
    // verilator lint_on UNUSED

    genvar r, p;
    generate
        for (r = 0; r < ROWS; r = r + 1) begin : g_row
            for (p = 0; p < PAIRS; p = p + 1) begin : g_pair
                skein_vpu #(.GROUPS(GROUPS)) vpu (.clk(clk), .rst(rst), .valid(valid),
                    .first(first), .last(last),
                    .w(w[16*GROUPS*r +: 16*GROUPS]),
                    .column(column[8*GROUPS*r +: 8*GROUPS]),
                    .hi(hi[128*GROUPS*p +: 128*GROUPS]),
                    .lo(lo[128*GROUPS*p +: 128*GROUPS]),
                    .cascade(cascade),
                    .scales(scales[8*GROUPS*r +: 8*GROUPS]),
                    .done(dones[PAIRS*r + p]),
                    .hi_acc(hi_acc[48*(PAIRS*r + p) +: 48]),
                    .lo_acc(lo_acc[48*(PAIRS*r + p) +: 48]));
            end
        end
    endgenerate
endmodule
