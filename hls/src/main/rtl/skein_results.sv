// The sums of one VPU on their way out: those of one row of weights a cycle, added to what an
// earlier instruction left at their place unless clear. A sum that is given at t can be read from
// t + 4 on.
`timescale 1ns / 1ps
module skein_results #(
    parameter integer WORDS = 1024,
    parameter integer ADDRESS = $clog2(WORDS)
) (
    input  wire               clk,
    input  wire               clear,
    input  wire               emit,
    input  wire [ADDRESS-1:0] place,
    input  wire [47:0]        hi,
    input  wire [47:0]        lo,
    input  wire [ADDRESS-1:0] read_place,
    output wire [95:0]        read_data
);
    reg [1:0] emits;
    reg [2*ADDRESS-1:0] places;
    reg [191:0] sums;
    wire [47:0] hi_before = clear ? 48'd0 : read_data[95:48];
    wire [47:0] lo_before = clear ? 48'd0 : read_data[47:0];
    always @(posedge clk) begin
        emits <= {emits[0], emit};
        places <= {places[ADDRESS-1:0], place};
        sums <= {sums[95:0], hi, lo};
    end
    skein_bram #(.WIDTH(96), .WORDS(WORDS)) ram (.clk(clk), .write(emits[1]),
        .write_word(places[2*ADDRESS-1:ADDRESS]),
        .write_data({sums[191:144] + hi_before, sums[143:96] + lo_before}),
        .read_word(emit ? place : read_place), .read_data(read_data));
endmodule
