// The matrix processing engine: buffers, controller and array, which run one MM, MV, SPMM or SPMV
// instruction at a time. What it leaves are exact sums of 48 bits; scales in binary32 follow.
//
// Buffers are filled through load ports while no instruction runs, a word of any of them a cycle:
//   activations, a bank for each row of x in a group of 2 * PAIRS (MM), or the same row in each
//     (MV): 16 bytes, a block of columns, a word;
//   weights, a memory for each VPU: a word is a step, see skein_operands;
//   schedule, for SPMM and SPMV, one for each 16 rows of MV: for each step, half and group the
//     block of x (12 bits), the width (3) and whether it goes on with the sum before it (1), then
//     slot and rows_log2 of the step. Dense steps need none: all is counted.
//
// steps, groups, x_tiles: see skein_controller. Results of VPU v lie in the order in which they
// come: x tiles, groups, and in SPMM the 8 rows of a group that the VPU works on. In MM v works on
// rows 2 (v / 2) and 2 (v / 2) + 1 of x and on weights of row v % 2 of a group of 2, or on rows
// 8 (v % 2) and up of a strip; in MV the sums of row j are those of hi in memory 2 j.
//
// From the edge that takes start to the one behind which finished stands and all sums can be read:
// x_tiles * groups * steps + 38 cycles, and 7 more for SPMM, where 8 rows leave one by one.
// The 38: controller 2, schedule 2, addresses 1, buffers 2, choice of memory 1, operands 1, VPU 26,
// sum of both halves 1, results 2. One instruction after the other: none begins before finished.
`timescale 1ns / 1ps
module skein_mpe #(
    parameter integer PAIRS = 8,
    parameter integer X_WORDS = 1024,
    parameter integer W_WORDS = 4096,
    parameter integer SCHEDULE_WORDS = 4096,
    parameter integer RESULT_WORDS = 4096,
    parameter integer VPUS = 2 * PAIRS,
    parameter integer STRIPS = VPUS > 32 ? VPUS / 32 : 1,
    parameter integer COUNT = 16,
    parameter integer X_ADDRESS = $clog2(X_WORDS),
    parameter integer W_ADDRESS = $clog2(W_WORDS),
    parameter integer S_ADDRESS = $clog2(SCHEDULE_WORDS),
    parameter integer R_ADDRESS = $clog2(RESULT_WORDS)
) (
    input  wire                  clk,
    input  wire                  rst,
    input  wire                  start,
    input  wire                  mv,
    input  wire                  sparse,
    input  wire                  clear,
    input  wire [2:0]            width,
    input  wire [COUNT-1:0]      x_tiles,
    input  wire [COUNT-1:0]      groups,
    input  wire [COUNT-1:0]      steps,
    input  wire [COUNT-1:0]      x_stride,
    output reg                   finished,
    input  wire [VPUS-1:0]       x_write,
    input  wire [X_ADDRESS-1:0]  x_word,
    input  wire [128*VPUS-1:0]   x_data,
    input  wire [VPUS-1:0]       w_write,
    input  wire [W_ADDRESS-1:0]  w_word,
    input  wire [256*VPUS-1:0]   w_data,
    input  wire [STRIPS-1:0]     s_write,
    input  wire [S_ADDRESS-1:0]  s_word,
    input  wire [261*STRIPS-1:0] s_data,
    input  wire [R_ADDRESS-1:0]  result_place,
    output wire [96*VPUS-1:0]    result_data
);
    localparam integer GROUPS = 8;
    localparam integer PLACE = $clog2(PAIRS);
    // rows of weights that share a schedule in MV, in powers of two below 16
    localparam [2:0] REUSE = VPUS >= 32 ? 3'd0 : VPUS == 16 ? 3'd1 : 3'd2;
    // of skein_vpu
    localparam integer VPU_LATENCY = 26;
    localparam integer TO_VPU = 7;
    // Four groups cascade: a dense step is one sum of two cascades.
    localparam [7:0] DENSE_CASCADE = 8'b11101110;

    // p0: the controller
    wire valid, first, last, final_step;
    wire [COUNT-1:0] step, x_base;
    // verilator lint_off UNUSED
    wire [COUNT-1:0] schedule_word, weight_word;
    // verilator lint_on UNUSED
    wire [PLACE-1:0] weight_place;
    skein_controller #(.COUNT(COUNT), .PLACES(PAIRS)) controller (.clk(clk), .rst(rst),
        .start(start), .mv(mv), .x_tiles(x_tiles), .groups(groups), .steps(steps),
        .x_stride(x_stride), .reuse_log2(mv ? REUSE : 3'd0), .valid(valid), .first(first),
        .last(last), .final_step(final_step), .step(step), .x_base(x_base),
        .schedule_word(schedule_word), .weight_word(weight_word), .weight_place(weight_place));

    // p2: the schedule
    wire [261*STRIPS-1:0] schedule;
    wire [COUNT-1:0] step_2, x_base_2;
    wire [W_ADDRESS-1:0] weight_word_3;
    wire [PLACE-1:0] weight_place_5;
    skein_delay #(.WIDTH(2*COUNT), .CYCLES(2)) d_x (.clk(clk), .in({step, x_base}),
        .out({step_2, x_base_2}));
    skein_delay #(.WIDTH(W_ADDRESS), .CYCLES(3)) d_w (.clk(clk), .in(weight_word[W_ADDRESS-1:0]),
        .out(weight_word_3));
    skein_delay #(.WIDTH(PLACE), .CYCLES(5)) d_place (.clk(clk), .in(weight_place),
        .out(weight_place_5));
    wire [2*GROUPS*STRIPS-1:0] cascade_2;
    wire [6*GROUPS*STRIPS-1:0] widths_2;
    wire [COUNT*2*GROUPS*STRIPS-1:0] blocks_2;

    genvar s, h, v;
    generate
        for (s = 0; s < STRIPS; s = s + 1) begin : g_schedule
            skein_bram #(.WIDTH(261), .WORDS(SCHEDULE_WORDS)) ram (.clk(clk), .write(s_write[s]),
                .write_word(s_word), .write_data(s_data[261*s +: 261]),
                .read_word(schedule_word[S_ADDRESS-1:0]), .read_data(schedule[261*s +: 261]));
            for (h = 0; h < 2 * GROUPS; h = h + 1) begin : g_group
                localparam integer PORT = 2 * GROUPS * s + h;
                localparam integer HALF = h / GROUPS;
                wire [15:0] entry = schedule[261*s + 16*h +: 16];
                assign blocks_2[COUNT*PORT +: COUNT] = sparse ? {{(COUNT-12){1'b0}}, entry[11:0]}
                    : mv ? {step_2[COUNT-2:0], HALF[0]} : step_2;
                assign widths_2[3*PORT +: 3] = sparse ? entry[14:12] : width;
                assign cascade_2[PORT] = sparse ? entry[15] : DENSE_CASCADE[h % GROUPS];
            end
        end
    endgenerate

    // p3: addresses of activations and weights; p5: their words
    wire [6*GROUPS*STRIPS-1:0] widths_6;
    wire [2*GROUPS*STRIPS-1:0] cascade_7;
    wire [4:0] rows_7;
    skein_delay #(.WIDTH(6*GROUPS*STRIPS), .CYCLES(4)) d_widths (.clk(clk), .in(widths_2),
        .out(widths_6));
    skein_delay #(.WIDTH(2*GROUPS*STRIPS+5), .CYCLES(5)) d_cascade (.clk(clk),
        .in({cascade_2, sparse ? schedule[260:256] : 5'd0}), .out({cascade_7, rows_7}));
    wire [128*VPUS-1:0] x_5;
    wire [128*VPUS-1:0] x_7;
    wire [256*VPUS-1:0] words_5;
    wire [16*GROUPS*VPUS-1:0] w_7;
    wire [8*GROUPS*VPUS-1:0] column_7;
    wire [8*GROUPS*VPUS-1:0] scales_7;
    skein_delay #(.WIDTH(128*VPUS), .CYCLES(2)) d_operands (.clk(clk), .in(x_5), .out(x_7));
    generate
        for (v = 0; v < VPUS; v = v + 1) begin : g_lane
            localparam integer PORT = v % 32 < 16 ? 16 * (v / 32) + v % 32 : 0;
            localparam integer HALF = 2 * (v / 32) + v % 2;
            reg [X_ADDRESS-1:0] x_address;
            // verilator lint_off UNUSED
            wire [COUNT-1:0] block = x_base_2
                + (mv ? blocks_2[COUNT*PORT +: COUNT] : blocks_2[COUNT-1:0]);
            // verilator lint_on UNUSED
            always @(posedge clk) x_address <= block[X_ADDRESS-1:0];
            skein_buffer #(.BYTES(16*X_WORDS), .PORT_BYTES(16)) bank (.clk(clk), .write(x_write[v]),
                .write_word(x_word), .write_data(x_data[128*v +: 128]), .read_word(x_address),
                .read_data(x_5[128*v +: 128]));
            skein_bram #(.WIDTH(256), .WORDS(W_WORDS)) weights (.clk(clk), .write(w_write[v]),
                .write_word(w_word), .write_data(w_data[256*v +: 256]),
                .read_word(weight_word_3), .read_data(words_5[256*v +: 256]));
            // p6: in MM the words of a row are spread over the memories of all pairs
            reg [255:0] word;
            always @(posedge clk) begin
                word <= mv ? words_5[256*v +: 256]
                    : words_5[256*(2*weight_place_5 + v % 2) +: 256];
            end
            // p7
            skein_operands #(.GROUPS(GROUPS)) operands (.clk(clk), .dense(!sparse), .word(word),
                .widths(mv ? widths_6[3*GROUPS*HALF +: 3*GROUPS] : widths_6[3*GROUPS-1:0]),
                .w(w_7[16*GROUPS*v +: 16*GROUPS]), .column(column_7[8*GROUPS*v +: 8*GROUPS]),
                .scales(scales_7[8*GROUPS*v +: 8*GROUPS]));
        end
    endgenerate

    wire valid_7, first_7, last_7, final_out;
    reg [TO_VPU-1:0] valids;
    always @(posedge clk) valids <= rst ? {TO_VPU{1'b0}} : {valids[TO_VPU-2:0], valid};
    assign valid_7 = valids[TO_VPU-1];
    skein_delay #(.WIDTH(2), .CYCLES(TO_VPU)) d_flags (.clk(clk), .in({first, last}),
        .out({first_7, last_7}));
    skein_delay #(.WIDTH(1), .CYCLES(TO_VPU + VPU_LATENCY)) d_final (.clk(clk),
        .in(final_step), .out(final_out));
    wire done;
    wire [48*GROUPS*VPUS-1:0] hi_accs;
    wire [48*GROUPS*VPUS-1:0] lo_accs;
    skein_array #(.ROWS(2), .PAIRS(PAIRS), .GROUPS(GROUPS)) array (.clk(clk), .rst(rst), .mv(mv),
        .valid(valid_7), .first(first_7), .last(last_7), .w(w_7), .column(column_7),
        .scales(scales_7), .x(x_7), .cascade(cascade_7), .rows_log2(rows_7[4:3]),
        .slot(rows_7[2:0]), .done(done), .hi_accs(hi_accs), .lo_accs(lo_accs));

    // The sums of a group of rows leave in one cycle, those of a strip in eight.
    reg emit, ending;
    reg [2:0] left;
    reg [R_ADDRESS-1:0] place;
    reg [2:0] finals;
    always @(posedge clk) begin
        if (rst | start) begin
            emit <= 1'b0;
            left <= 3'd0;
            ending <= 1'b0;
            place <= {R_ADDRESS{1'b0}};
            finals <= 3'd0;
            finished <= 1'b0;
        end else begin
            emit <= done | left != 3'd0;
            left <= done ? (sparse & !mv ? 3'd7 : 3'd0) : left == 3'd0 ? 3'd0 : left - 3'd1;
            if (done) ending <= final_out;
            if (emit) place <= place + 1'b1;
            finals <= {finals[1:0], emit & ending & left == 3'd0};
            finished <= finals[2];
        end
    end
    generate
        for (v = 0; v < VPUS; v = v + 1) begin : g_result
            localparam integer OTHER = v % 2 == 0 ? v + 1 : v - 1;
            reg [48*GROUPS-1:0] hi, lo;
            wire [47:0] both = hi_accs[48*GROUPS*v +: 48] + hi_accs[48*GROUPS*OTHER +: 48];
            always @(posedge clk) begin
                hi <= done ? {hi_accs[48*GROUPS*v + 48 +: 48*(GROUPS-1)],
                    mv ? both : hi_accs[48*GROUPS*v +: 48]} : hi >> 48;
                lo <= done ? lo_accs[48*GROUPS*v +: 48*GROUPS] : lo >> 48;
            end
            skein_results #(.WORDS(RESULT_WORDS)) results (.clk(clk), .clear(clear), .emit(emit),
                .place(place), .hi(hi[47:0]), .lo(lo[47:0]), .read_place(result_place),
                .read_data(result_data[96*v +: 96]));
        end
    endgenerate
endmodule
