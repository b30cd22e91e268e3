// A memory of block RAM, one write and one read port. Data two cycles after its address (the RAM's
// register and its output register), as in skein_ram.
`timescale 1ns / 1ps
module skein_bram #(
    parameter integer WIDTH = 64,
    parameter integer WORDS = 512,
    parameter integer ADDRESS = $clog2(WORDS)
) (
    input  wire               clk,
    input  wire               write,
    input  wire [ADDRESS-1:0] write_word,
    input  wire [WIDTH-1:0]   write_data,
    input  wire [ADDRESS-1:0] read_word,
    output reg  [WIDTH-1:0]   read_data
);
    (* ram_style = "block" *) reg [WIDTH-1:0] words [0:WORDS-1];
    reg [WIDTH-1:0] at_output;
    always @(posedge clk) begin
        if (write) words[write_word] <= write_data;
        at_output <= words[read_word];
        read_data <= at_output;
    end
endmodule
