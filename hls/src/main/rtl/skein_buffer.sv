// An on-chip buffer of UltraRAM: BYTES in words of PORT_BYTES, one write and one read port. Columns
// of 64 bits: an UltraRAM has 64 data bits and 8 of parity, and a byte is to be 8 bits in each.
// Data two cycles after its address (the RAM's register and its output register).
`timescale 1ns / 1ps
module skein_buffer #(
    parameter integer BYTES = 262144,
    parameter integer PORT_BYTES = 64,
    parameter integer WORDS = BYTES / PORT_BYTES,
    parameter integer ADDRESS = $clog2(WORDS)
) (
    input  wire                    clk,
    input  wire                    write,
    input  wire [ADDRESS-1:0]      write_word,
    input  wire [8*PORT_BYTES-1:0] write_data,
    input  wire [ADDRESS-1:0]      read_word,
    output wire [8*PORT_BYTES-1:0] read_data
);
    genvar c;
    generate
        for (c = 0; c < PORT_BYTES / 8; c = c + 1) begin : g_column
            skein_ram #(.WORDS(WORDS), .ADDRESS(ADDRESS)) ram (.clk(clk), .write(write),
                .write_word(write_word), .write_data(write_data[64*c +: 64]),
                .read_word(read_word), .read_data(read_data[64*c +: 64]));
        end
    endgenerate
endmodule
