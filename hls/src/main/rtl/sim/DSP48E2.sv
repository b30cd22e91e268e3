// Behavioural model of a DSP48E2 slice, for simulation only: written from the functions that
// UG579 describes, and only those that Skein's chain uses. What a synthesis tool takes is the
// primitive of the same name.
//
// Used: pre-adder D + A, 27 x 18 bit multiplier, 48-bit ALU in the function Z + X + Y with the
// product on X and Y, Z from 0, PCIN or P; registers A1, D, AD, B1, B2, M, OPMODE and P. Ports
// and parameters that are not used are not here. An OPMODE outside of this subset is an error.
`timescale 1ns / 1ps
module DSP48E2 #(
    parameter AMULTSEL = "A",
    parameter integer AREG = 1,
    parameter integer ADREG = 1,
    parameter integer BREG = 1,
    parameter integer DREG = 1,
    parameter integer MREG = 1,
    parameter integer PREG = 1,
    parameter integer ACASCREG = 1,
    parameter integer BCASCREG = 1,
    parameter integer CREG = 1,
    parameter integer OPMODEREG = 1,
    parameter integer ALUMODEREG = 1,
    parameter integer INMODEREG = 1,
    parameter integer CARRYINREG = 1,
    parameter integer CARRYINSELREG = 1,
    parameter USE_MULT = "MULTIPLY"
) (
    input  wire        CLK,
    input  wire [29:0] A,
    input  wire [17:0] B,
    input  wire [26:0] D,
    input  wire [47:0] C,
    input  wire [47:0] PCIN,
    output wire [47:0] PCOUT,
    output wire [47:0] P,
    input  wire [8:0]  OPMODE,
    input  wire [3:0]  ALUMODE,
    input  wire [4:0]  INMODE,
    input  wire        CARRYIN,
    input  wire [2:0]  CARRYINSEL,
    input  wire CEA1, input wire CEA2, input wire CEAD, input wire CEALUMODE, input wire CEB1,
    input  wire CEB2, input wire CEC, input wire CECARRYIN, input wire CECTRL, input wire CED,
    input  wire CEINMODE, input wire CEM, input wire CEP,
    input  wire RSTA, input wire RSTALLCARRYIN, input wire RSTALUMODE, input wire RSTB,
    input  wire RSTC, input wire RSTCTRL, input wire RSTD, input wire RSTINMODE, input wire RSTM,
    input  wire RSTP
);
    localparam [4:0] D_PLUS_A2 = 5'b00100;

    initial begin
        if (AMULTSEL != "AD" || USE_MULT != "MULTIPLY" || AREG != 1 || ADREG != 1 || BREG != 2
                || DREG != 1 || MREG != 1 || PREG != 1 || OPMODEREG != 1) begin
            $display("DSP48E2 model: parameters outside of what it covers");
            $finish;
        end
    end

    reg signed [26:0] a2, d, ad;
    reg signed [17:0] b1, b2;
    reg signed [44:0] m;
    reg [8:0] opmode;
    reg [47:0] p;

    reg [47:0] z;
    wire [47:0] product = {{3{m[44]}}, m};
    always @(*) begin
        case (opmode[6:4])
            3'b000: z = 48'd0;
            3'b001: z = PCIN;
            3'b010: z = p;
            default: z = {48{1'bx}};
        endcase
    end

    always @(posedge CLK) begin
        if (CEA2) a2 <= A[26:0];
        if (CED) d <= D;
        if (CEAD) ad <= d + a2;
        if (CEB1) b1 <= B;
        if (CEB2) b2 <= b1;
        if (CEM) m <= ad * b2;
        if (CECTRL) opmode <= OPMODE;
        if (CEP) p <= z + product;
        if (RSTA) a2 <= 27'd0;
        if (RSTD) begin
            d <= 27'd0;
            ad <= 27'd0;
        end
        if (RSTB) begin
            b1 <= 18'd0;
            b2 <= 18'd0;
        end
        if (RSTM) m <= 45'd0;
        if (RSTP) p <= 48'd0;
        if (RSTCTRL) opmode <= 9'd0;
    end

    assign P = p;
    assign PCOUT = p;

    // verilator lint_off UNUSED
    wire unused = &{1'b0, A[29:27], C, ALUMODE, CARRYIN, CARRYINSEL, CEA1, CEALUMODE, CEC,
        CECARRYIN, CEINMODE, RSTALLCARRYIN, RSTALUMODE, RSTC, RSTINMODE, opmode[8:7], opmode[3:0],
        INMODE != D_PLUS_A2, ACASCREG[0], BCASCREG[0], CREG[0], ALUMODEREG[0], INMODEREG[0],
        CARRYINREG[0], CARRYINSELREG[0]};
    // verilator lint_on UNUSED
endmodule
