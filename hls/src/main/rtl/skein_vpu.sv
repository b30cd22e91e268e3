// A vector processing unit: rows of weights against two rows of x. In each step, which is a cycle,
// it takes 2 * GROUPS kept weights, chooses the activation of each one's column and adds their
// scaled sums to accumulators of 48 bits, a pair for each row of weights.
//
// Group g of a step belongs to one block of 16 columns: hi[g] and lo[g] are the activations of that
// block, column chooses among them. cascade[g] says that group g goes on with the sum of group
// g - 1 (the same row and scale, at most 4 groups in all); cascade[0] is 0. Slices without a weight
// get 0.
//
// A step is a stretch of one row's kept weights (rows_log2 = 0), or it is 2, 4 or GROUPS rows of
// one block, each with as many groups; slot is the first of them. first: the accumulators of all
// rows begin at 0; last: they are complete. Those of a step at t are valid, with done if it is the
// last, at t + LATENCY.
`timescale 1ns / 1ps
module skein_vpu #(
    parameter integer GROUPS = 8
) (
    input  wire                  clk,
    input  wire                  rst,
    input  wire                  valid,
    input  wire                  first,
    input  wire                  last,
    input  wire [16*GROUPS-1:0]  w,
    input  wire [8*GROUPS-1:0]   column,
    input  wire [128*GROUPS-1:0] hi,
    input  wire [128*GROUPS-1:0] lo,
    input  wire [GROUPS-1:0]     cascade,
    input  wire [8*GROUPS-1:0]   scales,
    input  wire [1:0]            rows_log2,
    input  wire [2:0]            slot,
    output reg                   done,
    output wire [48*GROUPS-1:0]  hi_accs,
    output wire [48*GROUPS-1:0]  lo_accs
);
    localparam integer CHAIN = 2 * GROUPS + 3;
    localparam integer REDUCTION = 2 + $clog2(GROUPS);
    localparam integer WIDTH = 30;
    // the multiplexer, the chain, the reduction, the accumulator
    localparam integer LATENCY = 1 + CHAIN + REDUCTION + 1;

    reg [16*GROUPS-1:0] w_at_chain;
    reg [GROUPS-1:0] cascade_at_chain;
    wire [16*GROUPS-1:0] hi_at_chain;
    wire [16*GROUPS-1:0] lo_at_chain;
    always @(posedge clk) begin
        w_at_chain <= w;
        cascade_at_chain <= cascade;
    end

    genvar s;
    generate
        for (s = 0; s < 2 * GROUPS; s = s + 1) begin : g_slice
            skein_sparse_mux mux (.clk(clk), .column(column[4*s +: 4]),
                .hi(hi[128*(s/2) +: 128]), .lo(lo[128*(s/2) +: 128]),
                .hi_out(hi_at_chain[8*s +: 8]), .lo_out(lo_at_chain[8*s +: 8]));
        end
    endgenerate

    wire [48*GROUPS-1:0] sums;
    skein_chain #(.GROUPS(GROUPS)) chain (.clk(clk), .w(w_at_chain), .hi(hi_at_chain),
        .lo(lo_at_chain), .cascade(cascade_at_chain), .sums(sums));

    // a sum is taken out where the next group does not go on with it
    wire [GROUPS-1:0] take = ~{1'b0, cascade[GROUPS-1:1]};
    wire [GROUPS-1:0] take_late;
    wire [8*GROUPS-1:0] scales_late;
    skein_delay #(.WIDTH(9*GROUPS), .CYCLES(1 + CHAIN)) d_reduction (.clk(clk),
        .in({take, scales}), .out({take_late, scales_late}));
    wire [WIDTH*2*GROUPS-1:0] hi_nodes;
    wire [WIDTH*2*GROUPS-1:0] lo_nodes;
    skein_reduction #(.GROUPS(GROUPS), .WIDTH(WIDTH)) reduction (.clk(clk), .sums(sums),
        .take(take_late), .scales(scales_late), .hi_nodes(hi_nodes), .lo_nodes(lo_nodes));

    wire first_late, last_late, valid_late;
    wire [1:0] rows_late;
    wire [2:0] slot_late;
    skein_delay #(.WIDTH(7), .CYCLES(LATENCY - 1)) d_flags (.clk(clk),
        .in({first, last, rows_log2, slot}), .out({first_late, last_late, rows_late, slot_late}));
    // Validity is reset: what the pipeline held before does not count.
    reg [LATENCY-2:0] valids;
    always @(posedge clk) begin
        if (rst) valids <= {(LATENCY-1){1'b0}};
        else valids <= {valids[LATENCY-3:0], valid};
    end
    assign valid_late = valids[LATENCY-2];

    always @(posedge clk) done <= !rst & valid_late & last_late;

    genvar a;
    generate
        for (a = 0; a < GROUPS; a = a + 1) begin : g_accumulator
            skein_accumulator #(.GROUPS(GROUPS), .WIDTH(WIDTH), .ROW(a)) rows (.clk(clk),
                .valid(valid_late), .first(first_late), .rows_log2(rows_late), .slot(slot_late),
                .hi_nodes(hi_nodes), .lo_nodes(lo_nodes), .hi_acc(hi_accs[48*a +: 48]),
                .lo_acc(lo_accs[48*a +: 48]));
        end
    endgenerate
endmodule
