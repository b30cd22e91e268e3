// One DSP48E2 as Skein uses it: p(t + 4) = z + w * (hi * 2^18 + lo), where z is 0 or PCIN. The
// weight is shared by two activations that the pre-adder packs 18 bits apart (two int8 products a
// slice). w, hi, lo are int8 at t. cascade at t + 2 says whether PCIN is added.
`timescale 1ns / 1ps
module skein_dsp (
    input  wire        clk,
    input  wire [7:0]  w,
    input  wire [7:0]  hi,
    input  wire [7:0]  lo,
    input  wire        cascade,
    input  wire [47:0] pcin,
    output wire [47:0] pcout,
    output wire [47:0] p
);
    DSP48E2 #(
        .AMULTSEL("AD"), .USE_MULT("MULTIPLY"),
        .AREG(1), .ACASCREG(1), .ADREG(1), .BREG(2), .BCASCREG(2), .CREG(1), .DREG(1), .MREG(1),
        .PREG(1), .OPMODEREG(1), .ALUMODEREG(1), .INMODEREG(1), .CARRYINREG(1), .CARRYINSELREG(1)
    ) slice (
        .CLK(clk),
        .A({{22{lo[7]}}, lo}),
        .B({{10{w[7]}}, w}),
        .D({hi[7], hi, 18'd0}),
        .C(48'd0),
        .PCIN(pcin), .PCOUT(pcout), .P(p),
        // W = 0, Z = PCIN or 0 (the Z-MUX), Y and X = product
        .OPMODE({2'b00, 2'b00, cascade, 2'b01, 2'b01}),
        .ALUMODE(4'b0000), .INMODE(5'b00100), .CARRYIN(1'b0), .CARRYINSEL(3'b000),
        .CEA1(1'b0), .CEA2(1'b1), .CEAD(1'b1), .CEALUMODE(1'b1), .CEB1(1'b1), .CEB2(1'b1),
        .CEC(1'b0), .CECARRYIN(1'b0), .CECTRL(1'b1), .CED(1'b1), .CEINMODE(1'b1), .CEM(1'b1),
        .CEP(1'b1),
        .RSTA(1'b0), .RSTALLCARRYIN(1'b0), .RSTALUMODE(1'b0), .RSTB(1'b0), .RSTC(1'b0),
        .RSTCTRL(1'b0), .RSTD(1'b0), .RSTINMODE(1'b0), .RSTM(1'b0), .RSTP(1'b0)
    );
endmodule
