// The MPE as a kernel that Vitis can link: registers behind AXI4-Lite, operands and sums as
// streams. One start is one instruction: operands up to TLAST into the buffers, the instruction,
// then the sums of all places, VPU by VPU.
//
// A beat of s_axis_operands is one word of one memory: bits 511 to 504 the kind (0 activations, 1
// weights, 2 schedule), 503 to 488 the bank, VPU or strip, 487 to 472 the address, and the word
// from bit 0 on. A beat of m_axis_sums has hi in bits 95 to 48 and lo in 47 to 0. An instruction
// whose operands are in the buffers already still takes one beat, of kind 3, which is for none.
`timescale 1ns / 1ps
module skein_mpe_kernel #(
    parameter integer PAIRS = 8,
    parameter integer X_WORDS = 1024,
    parameter integer W_WORDS = 1024,
    parameter integer SCHEDULE_WORDS = 1024,
    parameter integer RESULT_WORDS = 1024
) (
    input  wire         ap_clk,
    input  wire         ap_rst_n,
    input  wire         s_axi_control_awvalid,
    output wire         s_axi_control_awready,
    input  wire [6:0]   s_axi_control_awaddr,
    input  wire         s_axi_control_wvalid,
    output wire         s_axi_control_wready,
    input  wire [31:0]  s_axi_control_wdata,
    input  wire [3:0]   s_axi_control_wstrb,
    output wire         s_axi_control_bvalid,
    input  wire         s_axi_control_bready,
    output wire [1:0]   s_axi_control_bresp,
    input  wire         s_axi_control_arvalid,
    output wire         s_axi_control_arready,
    input  wire [6:0]   s_axi_control_araddr,
    output wire         s_axi_control_rvalid,
    input  wire         s_axi_control_rready,
    output wire [31:0]  s_axi_control_rdata,
    output wire [1:0]   s_axi_control_rresp,
    input  wire         s_axis_operands_tvalid,
    output wire         s_axis_operands_tready,
    input  wire [511:0] s_axis_operands_tdata,
    input  wire         s_axis_operands_tlast,
    output wire         m_axis_sums_tvalid,
    input  wire         m_axis_sums_tready,
    output wire [127:0] m_axis_sums_tdata,
    output wire         m_axis_sums_tlast
);
    localparam integer VPUS = 2 * PAIRS;
    localparam integer STRIPS = VPUS > 32 ? VPUS / 32 : 1;
    localparam integer X_ADDRESS = $clog2(X_WORDS);
    localparam integer W_ADDRESS = $clog2(W_WORDS);
    localparam integer S_ADDRESS = $clog2(SCHEDULE_WORDS);
    localparam integer R_ADDRESS = $clog2(RESULT_WORDS);
    localparam integer LANE = $clog2(VPUS);
    localparam [2:0] IDLE = 3'd0, LOAD = 3'd1, RUN = 3'd2, FETCH = 3'd3, WAIT = 3'd4, SEND = 3'd5;

    wire rst = !ap_rst_n;
    wire start, finished;
    reg ended;
    // verilator lint_off UNUSED
    wire [31:0] mode, x_tiles, groups, steps, x_stride, places;
    // verilator lint_on UNUSED
    skein_control control (.clk(ap_clk), .rst(rst), .awvalid(s_axi_control_awvalid),
        .awready(s_axi_control_awready), .awaddr(s_axi_control_awaddr),
        .wvalid(s_axi_control_wvalid), .wready(s_axi_control_wready),
        .wdata(s_axi_control_wdata), .wstrb(s_axi_control_wstrb),
        .bvalid(s_axi_control_bvalid), .bready(s_axi_control_bready),
        .bresp(s_axi_control_bresp), .arvalid(s_axi_control_arvalid),
        .arready(s_axi_control_arready), .araddr(s_axi_control_araddr),
        .rvalid(s_axi_control_rvalid), .rready(s_axi_control_rready),
        .rdata(s_axi_control_rdata), .rresp(s_axi_control_rresp), .start(start),
        .ended(ended), .mode(mode), .x_tiles(x_tiles), .groups(groups), .steps(steps),
        .x_stride(x_stride), .places(places));

    reg [2:0] state;
    reg [R_ADDRESS-1:0] place;
    reg [LANE-1:0] lane;
    wire takes = state == LOAD & s_axis_operands_tvalid;
    wire loaded = takes & s_axis_operands_tlast;
    wire sends = state == SEND & m_axis_sums_tready;
    wire last_lane = lane == VPUS[LANE-1:0] - 1'b1;
    wire last_place = place == places[R_ADDRESS-1:0] - 1'b1;
    assign s_axis_operands_tready = state == LOAD;
    assign m_axis_sums_tvalid = state == SEND;
    assign m_axis_sums_tlast = last_lane & last_place;

    always @(posedge ap_clk) begin
        ended <= !rst & sends & m_axis_sums_tlast;
        if (rst) begin
            state <= IDLE;
            place <= {R_ADDRESS{1'b0}};
            lane <= {LANE{1'b0}};
        end else begin
            case (state)
                IDLE: if (start) state <= LOAD;
                LOAD: if (loaded) state <= RUN;
                RUN: if (finished) state <= FETCH;
                // a place is read two cycles after its address
                FETCH: state <= WAIT;
                WAIT: state <= SEND;
                SEND: if (sends) begin
                    lane <= last_lane ? {LANE{1'b0}} : lane + 1'b1;
                    if (last_lane) begin
                        place <= last_place ? {R_ADDRESS{1'b0}} : place + 1'b1;
                        state <= last_place ? IDLE : FETCH;
                    end
                end
                default: state <= IDLE;
            endcase
        end
    end

    // verilator lint_off UNUSED
    wire [511:0] beat = s_axis_operands_tdata;
    // verilator lint_on UNUSED
    wire [7:0] kind = beat[511:504];
    wire [15:0] to = beat[503:488];
    reg [VPUS-1:0] lanes;
    integer i;
    always @* for (i = 0; i < VPUS; i = i + 1) lanes[i] = to == i[15:0];

    wire [96*VPUS-1:0] results;
    skein_mpe #(.PAIRS(PAIRS), .X_WORDS(X_WORDS), .W_WORDS(W_WORDS),
        .SCHEDULE_WORDS(SCHEDULE_WORDS), .RESULT_WORDS(RESULT_WORDS)) mpe (.clk(ap_clk),
        .rst(rst), .start(loaded), .mv(mode[0]), .sparse(mode[1]), .clear(mode[2]),
        .width(mode[5:3]), .x_tiles(x_tiles[15:0]), .groups(groups[15:0]), .steps(steps[15:0]),
        .x_stride(x_stride[15:0]), .finished(finished),
        .x_write(takes & kind == 8'd0 ? lanes : {VPUS{1'b0}}),
        .x_word(beat[472 +: X_ADDRESS]), .x_data({VPUS{beat[127:0]}}),
        .w_write(takes & kind == 8'd1 ? lanes : {VPUS{1'b0}}),
        .w_word(beat[472 +: W_ADDRESS]), .w_data({VPUS{beat[255:0]}}),
        .s_write(takes & kind == 8'd2 ? lanes[STRIPS-1:0] : {STRIPS{1'b0}}),
        .s_word(beat[472 +: S_ADDRESS]), .s_data({STRIPS{beat[260:0]}}),
        .result_place(place), .result_data(results));
    assign m_axis_sums_tdata = {32'd0, results[96*lane +: 96]};
endmodule
