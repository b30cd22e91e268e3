// A vector processing unit: one row of weights against two rows of x. In each step, which is a
// cycle, it takes 2 * GROUPS kept weights, chooses the activation of each one's column and adds
// their scaled sum to two accumulators of 48 bits.
//
// A step is a stretch of the row's kept weights. Group g of the step belongs to one block of 16
// columns: hi[g] and lo[g] are the activations of that block, column chooses among them. cascade[g]
// says that group g goes on with the sum of group g - 1 (the same scale, at most 4 groups in all);
// cascade[0] is 0. Slices without a weight get 0.
//
// Step at t with first (the accumulators begin at 0) and last (they are complete): hi_acc and
// lo_acc are valid, with done, at t + LATENCY.
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
    output reg                   done,
    output reg signed [47:0]     hi_acc,
    output reg signed [47:0]     lo_acc
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
    wire signed [WIDTH-1:0] hi_total;
    wire signed [WIDTH-1:0] lo_total;
    skein_reduction #(.GROUPS(GROUPS), .WIDTH(WIDTH)) reduction (.clk(clk), .sums(sums),
        .take(take_late), .scales(scales_late), .hi_total(hi_total), .lo_total(lo_total));

    wire first_late, last_late, valid_late;
    skein_delay #(.WIDTH(2), .CYCLES(LATENCY - 1)) d_flags (.clk(clk), .in({first, last}),
        .out({first_late, last_late}));
    // Validity is reset: what the pipeline held before does not count.
    reg [LATENCY-2:0] valids;
    always @(posedge clk) begin
        if (rst) valids <= {(LATENCY-1){1'b0}};
        else valids <= {valids[LATENCY-3:0], valid};
    end
    assign valid_late = valids[LATENCY-2];

    always @(posedge clk) begin
        if (rst) begin
            done <= 1'b0;
        end else begin
            done <= valid_late & last_late;
            if (valid_late) begin
                hi_acc <= (first_late ? 48'sd0 : hi_acc) + {{(48-WIDTH){hi_total[WIDTH-1]}},
                    hi_total};
                lo_acc <= (first_late ? 48'sd0 : lo_acc) + {{(48-WIDTH){lo_total[WIDTH-1]}},
                    lo_total};
            end
        end
    end
endmodule
