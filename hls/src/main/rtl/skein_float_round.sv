// From an exact significand to binary32, round to nearest, ties to even, as IEEE 754 and Java have
// it: subnormals gradual, too large is infinity, NaN the canonical one. Two cycles.
//
// The value is significand * 2^(exponent - 127 - (WIDTH - 1)): its highest bit is 1, or all are 0.
// Bit 0 may stand for everything below it that is not 0.
`timescale 1ns / 1ps
module skein_float_round #(
    parameter integer WIDTH = 48
) (
    input  wire               clk,
    input  wire               nan,
    input  wire               infinite,
    input  wire               sign,
    input  wire signed [10:0] exponent,
    input  wire [WIDTH-1:0]   significand,
    output reg  [31:0]        out
);
    // Subnormal: so far to the right that the last place is 2^-149; from 26 places on nothing is
    // left but the knowledge that it is not 0.
    wire is_zero = ~significand[WIDTH-1];
    wire is_subnormal = exponent < 11'sd1;
    wire [10:0] places = is_subnormal ? 11'sd1 - exponent : 11'd0;
    wire [4:0] shift = places > 11'd26 ? 5'd26 : places[4:0];
    // 24 bits that are kept and the one behind them; then those that a shift puts out
    // verilator lint_off UNUSED
    wire [50:0] shifted = {significand[WIDTH-1 -: 25], 26'd0} >> shift;
    // verilator lint_on UNUSED

    reg [30:0] kept;
    reg half, more, to_infinity, to_nan, sign_late;
    always @(posedge clk) begin
        kept <= {is_subnormal | is_zero ? 8'd0 : exponent[7:0], shifted[49:27]};
        half <= shifted[26];
        more <= shifted[25:0] != 26'd0 || significand[WIDTH-26:0] != {(WIDTH-25){1'b0}};
        to_infinity <= infinite || (!is_zero && exponent >= 11'sd255);
        to_nan <= nan;
        sign_late <= sign;
    end

    // A carry out of the fraction goes on into the exponent, and out of 254 to infinity.
    wire [30:0] rounded = kept + {30'd0, half & (more | kept[0])};
    always @(posedge clk) begin
        if (to_nan) out <= 32'h7fc00000;
        else if (to_infinity) out <= {sign_late, 31'h7f800000};
        else out <= {sign_late, rounded};
    end
endmodule
