// One column of a buffer: 64 bits wide, as many UltraRAMs deep as its words need.
`timescale 1ns / 1ps
module skein_ram #(
    parameter integer WORDS = 4096,
    parameter integer ADDRESS = $clog2(WORDS)
) (
    input  wire               clk,
    input  wire               write,
    input  wire [ADDRESS-1:0] write_word,
    input  wire [63:0]        write_data,
    input  wire [ADDRESS-1:0] read_word,
    output reg  [63:0]        read_data
);
    (* ram_style = "ultra" *) reg [63:0] words [0:WORDS-1];
    reg [63:0] at_output;
    always @(posedge clk) begin
        if (write) words[write_word] <= write_data;
        at_output <= words[read_word];
        read_data <= at_output;
    end
endmodule
