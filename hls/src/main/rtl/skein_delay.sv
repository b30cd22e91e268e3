// WIDTH bits, CYCLES later; a shift register without reset, so that it maps to SRLs.
`timescale 1ns / 1ps
module skein_delay #(
    parameter integer WIDTH = 8,
    parameter integer CYCLES = 1
) (
    input  wire             clk,
    input  wire [WIDTH-1:0] in,
    output wire [WIDTH-1:0] out
);
    generate
        if (CYCLES == 0) begin : g_wire
            // verilator lint_off UNUSED
            wire unused = clk;
            // verilator lint_on UNUSED
            assign out = in;
        end else begin : g_shift
            reg [WIDTH*CYCLES-1:0] stages;
            if (CYCLES == 1) begin : g_one
                always @(posedge clk) stages <= in;
            end else begin : g_more
                always @(posedge clk) stages <= {stages[WIDTH*(CYCLES-1)-1:0], in};
            end
            assign out = stages[WIDTH*CYCLES-1 -: WIDTH];
        end
    endgenerate
endmodule
