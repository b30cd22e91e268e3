// The accumulators of one row of weights, for two rows of x. Of a step with 2^rows_log2 rows from
// slot on it adds the node of the reduction tree that is its own row's, if there is one.
`timescale 1ns / 1ps
module skein_accumulator #(
    parameter integer GROUPS = 8,
    parameter integer WIDTH = 30,
    parameter integer ROW = 0
) (
    input  wire                      clk,
    input  wire                      valid,
    input  wire                      first,
    input  wire [1:0]                rows_log2,
    input  wire [2:0]                slot,
    // verilator lint_off UNUSED
    input  wire [WIDTH*2*GROUPS-1:0] hi_nodes,
    input  wire [WIDTH*2*GROUPS-1:0] lo_nodes,
    // verilator lint_on UNUSED
    output reg signed [47:0]         hi_acc,
    output reg signed [47:0]         lo_acc
);
    localparam [2:0] INDEX = ROW[2:0];
    localparam integer OF_2 = 2 + ROW % 2;
    localparam integer OF_4 = 4 + ROW % 4;
    // a chain of four groups has no eighth row
    localparam integer OF_8 = GROUPS < 8 ? 1 : 8 + ROW;
    reg signed [WIDTH-1:0] hi, lo;
    always @* begin
        hi = {WIDTH{1'b0}};
        lo = {WIDTH{1'b0}};
        case (rows_log2)
            2'd0: if (slot == INDEX) begin
                hi = hi_nodes[WIDTH +: WIDTH];
                lo = lo_nodes[WIDTH +: WIDTH];
            end
            2'd1: if (slot[2:1] == INDEX[2:1]) begin
                hi = hi_nodes[WIDTH*OF_2 +: WIDTH];
                lo = lo_nodes[WIDTH*OF_2 +: WIDTH];
            end
            2'd2: if (slot[2] == INDEX[2]) begin
                hi = hi_nodes[WIDTH*OF_4 +: WIDTH];
                lo = lo_nodes[WIDTH*OF_4 +: WIDTH];
            end
            2'd3: begin
                hi = hi_nodes[WIDTH*OF_8 +: WIDTH];
                lo = lo_nodes[WIDTH*OF_8 +: WIDTH];
            end
        endcase
    end
    always @(posedge clk) begin
        if (valid) begin
            hi_acc <= (first ? 48'sd0 : hi_acc) + {{(48-WIDTH){hi[WIDTH-1]}}, hi};
            lo_acc <= (first ? 48'sd0 : lo_acc) + {{(48-WIDTH){lo[WIDTH-1]}}, lo};
        end
    end
endmodule
