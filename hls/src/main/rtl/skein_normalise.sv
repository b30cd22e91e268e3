// Shifts the highest 1 of a number to the top: out = in << zeros; 0 stays 0. By powers of two, the
// largest first, a half of them a cycle. Two cycles.
`timescale 1ns / 1ps
module skein_normalise #(
    parameter integer WIDTH = 48,
    parameter integer LEVELS = $clog2(WIDTH)
) (
    input  wire              clk,
    input  wire [WIDTH-1:0]  in,
    output reg  [WIDTH-1:0]  out,
    output reg  [LEVELS-1:0] zeros
);
    localparam integer HALF = LEVELS / 2;

    integer u, l;
    reg [WIDTH-1:0] upper, upper_late, lower;
    reg [LEVELS-1:HALF] upper_zeros, upper_zeros_late;
    reg [HALF-1:0] lower_zeros;
    always @* begin
        upper = in;
        for (u = LEVELS - 1; u >= HALF; u = u - 1) begin
            upper_zeros[u] = upper >> (WIDTH - (1 << u)) == {WIDTH{1'b0}};
            if (upper_zeros[u]) upper = upper << (1 << u);
        end
        lower = upper_late;
        for (l = HALF - 1; l >= 0; l = l - 1) begin
            lower_zeros[l] = lower >> (WIDTH - (1 << l)) == {WIDTH{1'b0}};
            if (lower_zeros[l]) lower = lower << (1 << l);
        end
    end
    always @(posedge clk) begin
        upper_late <= upper;
        upper_zeros_late <= upper_zeros;
        out <= lower;
        zeros <= {upper_zeros_late, lower_zeros};
    end
endmodule
