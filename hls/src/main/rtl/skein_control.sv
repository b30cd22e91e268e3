// AXI4-Lite slave with the registers of a kernel as XRT knows them (ap_ctrl_hs) and the scalar
// arguments of skein_mpe_kernel. One write or read at a time.
//
//   0x00  bit 0 ap_start, 1 ap_done (cleared by reading), 2 ap_idle, 3 ap_ready
//   0x10  mode: bit 0 mv, 1 sparse, 2 clear, 5 to 3 width
//   0x18  x_tiles     0x20  groups     0x28  steps     0x30  x_stride     0x38  places
`timescale 1ns / 1ps
module skein_control (
    input  wire        clk,
    input  wire        rst,
    input  wire        awvalid,
    output wire        awready,
    input  wire [6:0]  awaddr,
    input  wire        wvalid,
    output wire        wready,
    input  wire [31:0] wdata,
    input  wire [3:0]  wstrb,
    output reg         bvalid,
    input  wire        bready,
    output wire [1:0]  bresp,
    input  wire        arvalid,
    output wire        arready,
    input  wire [6:0]  araddr,
    output reg         rvalid,
    input  wire        rready,
    output reg  [31:0] rdata,
    output wire [1:0]  rresp,
    output reg         start,
    input  wire        ended,
    output reg  [31:0] mode,
    output reg  [31:0] x_tiles,
    output reg  [31:0] groups,
    output reg  [31:0] steps,
    output reg  [31:0] x_stride,
    output reg  [31:0] places
);
    reg idle, finished;
    // address and data are taken together
    wire takes = awvalid & wvalid & !bvalid;
    wire gives = arvalid & !rvalid;
    assign awready = takes;
    assign wready = takes;
    assign arready = gives;
    assign bresp = 2'b00;
    assign rresp = 2'b00;

    wire [31:0] keep = {{8{wstrb[3]}}, {8{wstrb[2]}}, {8{wstrb[1]}}, {8{wstrb[0]}}};

    always @(posedge clk) begin
        if (rst) begin
            {bvalid, rvalid, start, finished} <= 4'b0000;
            idle <= 1'b1;
            rdata <= 32'd0;
            {mode, x_tiles, groups, steps, x_stride, places} <= 192'd0;
        end else begin
            bvalid <= takes | (bvalid & !bready);
            rvalid <= gives | (rvalid & !rready);
            start <= takes & awaddr == 7'h00 & wdata[0] & wstrb[0] & idle;
            if (takes & awaddr == 7'h00 & wdata[0] & wstrb[0]) idle <= 1'b0;
            if (gives & araddr == 7'h00) finished <= 1'b0;
            if (ended) begin
                idle <= 1'b1;
                finished <= 1'b1;
            end
            if (takes) begin
                case (awaddr)
                    7'h10: mode <= (wdata & keep) | (mode & ~keep);
                    7'h18: x_tiles <= (wdata & keep) | (x_tiles & ~keep);
                    7'h20: groups <= (wdata & keep) | (groups & ~keep);
                    7'h28: steps <= (wdata & keep) | (steps & ~keep);
                    7'h30: x_stride <= (wdata & keep) | (x_stride & ~keep);
                    7'h38: places <= (wdata & keep) | (places & ~keep);
                    default: begin
                    end
                endcase
            end
            if (gives) begin
                case (araddr)
                    7'h00: rdata <= {28'd0, finished, idle, finished, !idle};
                    7'h10: rdata <= mode;
                    7'h18: rdata <= x_tiles;
                    7'h20: rdata <= groups;
                    7'h28: rdata <= steps;
                    7'h30: rdata <= x_stride;
                    7'h38: rdata <= places;
                    default: rdata <= 32'd0;
                endcase
            end
        end
    end
endmodule
