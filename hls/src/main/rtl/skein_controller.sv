// The controller: steps of one instruction, one a cycle without a pause. For each of x_tiles rows
// (MV) or groups of rows (MM) of x, for each of groups of rows of weights, all steps of the row.
//
// Weights of group g, step s are word g * steps + s of the schedule; in MM that word is in the
// memories of one of PAIRS places, in MV each memory has one of its own. Blocks of x of tile t
// begin at t * x_stride.
`timescale 1ns / 1ps
module skein_controller #(
    parameter integer COUNT = 16,
    parameter integer PLACES = 8,
    parameter integer PLACE = $clog2(PLACES)
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             start,
    input  wire             mv,
    input  wire [COUNT-1:0] x_tiles,
    input  wire [COUNT-1:0] groups,
    input  wire [COUNT-1:0] steps,
    input  wire [COUNT-1:0] x_stride,
    // how often in powers of two a schedule is used again for the next group (MV, rows of a strip)
    input  wire [2:0]       reuse_log2,
    output reg              valid,
    output reg              first,
    output reg              last,
    output reg              final_step,
    output reg  [COUNT-1:0] step,
    output reg  [COUNT-1:0] x_base,
    output reg  [COUNT-1:0] schedule_word,
    output reg  [COUNT-1:0] weight_word,
    output reg  [PLACE-1:0] weight_place
);
    reg running;
    reg [COUNT-1:0] tile, group, next_step, base, schedule_base;
    reg [COUNT-1:0] word;
    reg [PLACE-1:0] place;
    reg [2:0] repeats;

    wire row_ends = next_step == steps - 1'b1;
    wire groups_end = row_ends & group == groups - 1'b1;
    wire all_end = groups_end & tile == x_tiles - 1'b1;
    wire place_wraps = mv | place == PLACES[PLACE-1:0] - 1'b1;
    wire [2:0] again = (3'd1 << reuse_log2) - 3'd1;

    always @(posedge clk) begin
        valid <= running;
        first <= next_step == {COUNT{1'b0}};
        last <= row_ends;
        final_step <= running & all_end;
        step <= next_step;
        x_base <= base;
        schedule_word <= schedule_base + next_step;
        weight_word <= word;
        weight_place <= place;
        if (rst | start) begin
            running <= start & !rst;
            {tile, group, next_step, base, schedule_base, word} <= {(6*COUNT){1'b0}};
            place <= {PLACE{1'b0}};
            repeats <= 3'd0;
        end else if (running) begin
            running <= !all_end;
            next_step <= row_ends ? {COUNT{1'b0}} : next_step + 1'b1;
            if (row_ends) begin
                group <= groups_end ? {COUNT{1'b0}} : group + 1'b1;
                repeats <= groups_end | repeats == again ? 3'd0 : repeats + 3'd1;
                if (groups_end) schedule_base <= {COUNT{1'b0}};
                else if (repeats == again) schedule_base <= schedule_base + steps;
            end
            if (groups_end) begin
                tile <= tile + 1'b1;
                base <= base + x_stride;
                word <= {COUNT{1'b0}};
                place <= {PLACE{1'b0}};
            end else begin
                place <= place_wraps ? {PLACE{1'b0}} : place + 1'b1;
                if (place_wraps) word <= word + 1'b1;
            end
        end
    end
endmodule
