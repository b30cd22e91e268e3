// The array of VPUs, ROWS * PAIRS of them, in its two shapes.
//
// MM: ROWS rows of weights, or of groups of them, against 2 * PAIRS rows of x. VPU v works on row
// v % ROWS and pair v / ROWS; x[i] are activations of row i of x, one block for all groups.
// MV (mv): ROWS * PAIRS / 2 rows of weights, twice as many columns of each, against one row of x.
// VPUs 2 j and 2 j + 1 are the halves of row j. Every bank holds the same row of x, and 16 banks
// serve 16 rows: bank 8 h + g of their 32 (or of all, if there are fewer) has the block that group
// g of half h is at.
//
// Weights, columns and scales are given to each VPU by itself, cascades for each half of 16 rows
// (half 0 of the first for all in MM). Timing is that of skein_vpu.
`timescale 1ns / 1ps
module skein_array #(
    parameter integer ROWS = 2,
    parameter integer PAIRS = 8,
    parameter integer GROUPS = 8,
    // whether there is MV mode
    parameter integer MV = 1,
    parameter integer VPUS = ROWS * PAIRS,
    parameter integer BANKS = 2 * PAIRS,
    parameter integer STRIPS = VPUS > 32 ? VPUS / 32 : 1
) (
    input  wire                       clk,
    input  wire                       rst,
    input  wire                       mv,
    input  wire                       valid,
    input  wire                       first,
    input  wire                       last,
    input  wire [16*GROUPS*VPUS-1:0]  w,
    input  wire [8*GROUPS*VPUS-1:0]   column,
    input  wire [8*GROUPS*VPUS-1:0]   scales,
    input  wire [128*BANKS-1:0]       x,
    input  wire [2*GROUPS*STRIPS-1:0] cascade,
    input  wire [1:0]                 rows_log2,
    input  wire [2:0]                 slot,
    output wire                       done,
    output wire [48*GROUPS*VPUS-1:0]  hi_accs,
    output wire [48*GROUPS*VPUS-1:0]  lo_accs
);
    // All VPUs are done at once.
    wire [VPUS-1:0] dones;
    assign done = dones[0];
    // verilator lint_off UNUSED
    wire unused = &{dones, mv};
    // verilator lint_on UNUSED

    genvar v, g;
    generate
        for (v = 0; v < VPUS; v = v + 1) begin : g_vpu
            localparam integer PAIR = v / ROWS;
            localparam integer STRIP = v / 32;
            localparam integer HALF = v % 2;
            wire [128*GROUPS-1:0] hi;
            wire [128*GROUPS-1:0] lo;
            wire [GROUPS-1:0] goes_on;
            for (g = 0; g < GROUPS; g = g + 1) begin : g_operand
                if (MV != 0) begin : g_both
                    localparam integer PORT = 32 * STRIP + GROUPS * HALF + g;
                    assign hi[128*g +: 128] = mv ? x[128*PORT +: 128] : x[256*PAIR +: 128];
                    assign lo[128*g +: 128] = mv ? 128'd0 : x[256*PAIR+128 +: 128];
                end else begin : g_mm
                    assign hi[128*g +: 128] = x[256*PAIR +: 128];
                    assign lo[128*g +: 128] = x[256*PAIR+128 +: 128];
                end
            end
            assign goes_on = mv ? cascade[GROUPS*(2*STRIP+HALF) +: GROUPS] : cascade[GROUPS-1:0];
            skein_vpu #(.GROUPS(GROUPS)) vpu (.clk(clk), .rst(rst), .valid(valid), .first(first),
                .last(last), .w(w[16*GROUPS*v +: 16*GROUPS]),
                .column(column[8*GROUPS*v +: 8*GROUPS]), .hi(hi), .lo(lo), .cascade(goes_on),
                .scales(scales[8*GROUPS*v +: 8*GROUPS]), .rows_log2(rows_log2), .slot(slot),
                .done(dones[v]), .hi_accs(hi_accs[48*GROUPS*v +: 48*GROUPS]),
                .lo_accs(lo_accs[48*GROUPS*v +: 48*GROUPS]));
        end
    endgenerate
endmodule
