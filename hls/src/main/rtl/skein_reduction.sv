// What becomes of the sums behind the groups: the overflow adjust unit takes the two packed sums
// apart, each is multiplied by the integer scale of its weights, and all are added.
//
// A packed sum is hi * 2^18 + lo. Taken apart it is exact while |lo| < 2^17, that is for at most 8
// products of int8 in -127..127: 8 * 127 * 127 = 129,032 < 131,072. So a sum is taken out, and the
// cascade broken, after 4 groups at the latest, and the parts are added here, in 29 bits. The low
// part is negative half of the time and then has borrowed 1 from the high one: it is given back.
//
// take says behind which groups a sum is taken out. The nodes of the tree are what the rows of a
// step come to: node 1 is the sum of all groups, nodes 2 and 3 are those of either half, nodes
// GROUPS and up those of single groups. Inputs at t, all nodes at t + 2 + log2(GROUPS):
// |node| <= GROUPS / 4 * 129,032 * 255 < 2^27 for 8 groups.
`timescale 1ns / 1ps
module skein_reduction #(
    parameter integer GROUPS = 8,
    parameter integer WIDTH = 30
) (
    input  wire                      clk,
    input  wire [48*GROUPS-1:0]      sums,
    input  wire [GROUPS-1:0]         take,
    input  wire [8*GROUPS-1:0]       scales,
    output wire [WIDTH*2*GROUPS-1:0] hi_nodes,
    output wire [WIDTH*2*GROUPS-1:0] lo_nodes
);
    // A binary tree of registers: node i adds nodes 2 i and 2 i + 1, the leaves are GROUPS and up.
    wire [WIDTH*2*GROUPS-1:0] hi_tree;
    wire [WIDTH*2*GROUPS-1:0] lo_tree;
    assign hi_tree[WIDTH-1:0] = {WIDTH{1'b0}};
    assign lo_tree[WIDTH-1:0] = {WIDTH{1'b0}};

    genvar g, n;
    generate
        for (g = 0; g < GROUPS; g = g + 1) begin : g_adjust
            wire [47:0] sum = sums[48*g +: 48];
            reg signed [17:0] hi_part, lo_part;
            reg signed [8:0] scale;
            // in LUTs: the DSPs are the chain's
            (* use_dsp = "no" *) reg signed [26:0] hi_scaled, lo_scaled;
            always @(posedge clk) begin
                lo_part <= take[g] ? sum[17:0] : 18'd0;
                hi_part <= take[g] ? sum[35:18] + {17'd0, sum[17]} : 18'd0;
                scale <= {1'b0, scales[8*g +: 8]};
                hi_scaled <= hi_part * scale;
                lo_scaled <= lo_part * scale;
            end
            assign hi_tree[WIDTH*(GROUPS+g) +: WIDTH] = {{(WIDTH-27){hi_scaled[26]}}, hi_scaled};
            assign lo_tree[WIDTH*(GROUPS+g) +: WIDTH] = {{(WIDTH-27){lo_scaled[26]}}, lo_scaled};
            // verilator lint_off UNUSED
            wire [11:0] unused = sum[47:36];
            // verilator lint_on UNUSED
        end
        for (n = 1; n < GROUPS; n = n + 1) begin : g_add
            reg [WIDTH-1:0] hi_sum, lo_sum;
            always @(posedge clk) begin
                hi_sum <= hi_tree[WIDTH*2*n +: WIDTH] + hi_tree[WIDTH*(2*n+1) +: WIDTH];
                lo_sum <= lo_tree[WIDTH*2*n +: WIDTH] + lo_tree[WIDTH*(2*n+1) +: WIDTH];
            end
            assign hi_tree[WIDTH*n +: WIDTH] = hi_sum;
            assign lo_tree[WIDTH*n +: WIDTH] = lo_sum;
        end
    endgenerate

    // A node that is n levels below the root is there n cycles before it: it waits.
    assign hi_nodes[WIDTH-1:0] = hi_tree[WIDTH-1:0];
    assign lo_nodes[WIDTH-1:0] = lo_tree[WIDTH-1:0];
    generate
        for (n = 1; n < 2 * GROUPS; n = n + 1) begin : g_align
            skein_delay #(.WIDTH(2*WIDTH), .CYCLES($clog2(n + 1) - 1)) wait_for_root (.clk(clk),
                .in({hi_tree[WIDTH*n +: WIDTH], lo_tree[WIDTH*n +: WIDTH]}),
                .out({hi_nodes[WIDTH*n +: WIDTH], lo_nodes[WIDTH*n +: WIDTH]}));
        end
    endgenerate
endmodule
