// The bit-width expander: 16 weights of 2, 3, 4, 5 or 8 bits, two's complement fields of one
// little-endian number, become 16 int8. Both packed rows and the payload of strips are strings of
// such units of 16 (docs/numbers.md). A cycle.
`timescale 1ns / 1ps
module skein_expander (
    input  wire         clk,
    // order of WeightBits in isa.h: 2, 3, 4, 5, 8 bits
    input  wire [2:0]   bits,
    // a unit of b-bit weights in its low 16 b bits
    input  wire [127:0] unit,
    output reg  [127:0] weights
);
    localparam [2:0] W2 = 3'd0, W3 = 3'd1, W4 = 3'd2, W5 = 3'd3, W8 = 3'd4;

    genvar j;
    generate
        for (j = 0; j < 16; j = j + 1) begin : g_weight
            always @(posedge clk) begin
                case (bits)
                    W2: weights[8*j +: 8] <= {{6{unit[2*j+1]}}, unit[2*j +: 2]};
                    W3: weights[8*j +: 8] <= {{5{unit[3*j+2]}}, unit[3*j +: 3]};
                    W4: weights[8*j +: 8] <= {{4{unit[4*j+3]}}, unit[4*j +: 4]};
                    W5: weights[8*j +: 8] <= {{3{unit[5*j+4]}}, unit[5*j +: 5]};
                    W8: weights[8*j +: 8] <= unit[8*j +: 8];
                    default: weights[8*j +: 8] <= 8'd0;
                endcase
            end
        end
    endgenerate
endmodule
