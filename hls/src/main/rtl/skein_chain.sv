// The configurable sparse DSP chain: GROUPS DSP groups in one cascade that can be broken before
// each of them. sums holds the running sum behind every group, all of one step in the same cycle.
//
// Operands of all slices at t; sums at t + 2 * GROUPS + 3. Slice s gets its operands s cycles late,
// since the cascade takes a cycle a slice.
`timescale 1ns / 1ps
module skein_chain #(
    parameter integer GROUPS = 8
) (
    input  wire                 clk,
    input  wire [16*GROUPS-1:0] w,
    input  wire [16*GROUPS-1:0] hi,
    input  wire [16*GROUPS-1:0] lo,
    input  wire [GROUPS-1:0]    cascade,
    output wire [48*GROUPS-1:0] sums
);
    wire [48*(GROUPS+1)-1:0] carried;
    assign carried[47:0] = 48'd0;

    genvar g;
    generate
        for (g = 0; g < GROUPS; g = g + 1) begin : g_group
            wire [23:0] early;
            wire [23:0] late;
            wire [47:0] p;
            wire goes_on;
            skein_delay #(.WIDTH(24), .CYCLES(2*g)) d_first (.clk(clk),
                .in({w[16*g +: 8], hi[16*g +: 8], lo[16*g +: 8]}), .out(early));
            skein_delay #(.WIDTH(24), .CYCLES(2*g+1)) d_second (.clk(clk),
                .in({w[16*g+8 +: 8], hi[16*g+8 +: 8], lo[16*g+8 +: 8]}), .out(late));
            skein_delay #(.WIDTH(1), .CYCLES(2*g)) d_cascade (.clk(clk), .in(cascade[g]),
                .out(goes_on));
            skein_dsp_group group (.clk(clk), .w({late[23:16], early[23:16]}),
                .hi({late[15:8], early[15:8]}), .lo({late[7:0], early[7:0]}),
                .cascade(goes_on), .pcin(carried[48*g +: 48]),
                .pcout(carried[48*(g+1) +: 48]), .p(p));
            skein_delay #(.WIDTH(48), .CYCLES(2*(GROUPS-1-g))) d_sum (.clk(clk), .in(p),
                .out(sums[48*g +: 48]));
        end
    endgenerate

    // verilator lint_off UNUSED
    wire [47:0] unused = carried[48*GROUPS +: 48];
    // verilator lint_on UNUSED
endmodule
