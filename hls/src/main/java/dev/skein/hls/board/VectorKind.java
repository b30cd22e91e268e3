package dev.skein.hls.board;

import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.NormKind;

/** Classes of SFU work with their own number of passes and pipeline depth. */
public enum VectorKind {
    /** NORM RMS. */
    RMS_NORM("rmsNorm"),
    /** NORM LAYER. */
    LAYER_NORM("layerNorm"),
    /** QUANT. */
    QUANT("quant"),
    /** SOFTMAX. */
    SOFTMAX("softmax"),
    /** ROPE. */
    ROPE("rope"),
    /** EWISE COPY, ADD, MUL, RELU. */
    EWISE("ewise"),
    /** EWISE with an exponential. */
    ACTIVATION("activation");

    private final String key;

    VectorKind(String key) {
        this.key = key;
    }

    /** The key in board files, after {@code sfu.}. */
    public String key() {
        return key;
    }

    /** The class of a normalisation. */
    public static VectorKind of(Instruction.Norm norm) {
        return norm.kind() == NormKind.RMS ? RMS_NORM : LAYER_NORM;
    }

    /** The class of an element-wise function. */
    public static VectorKind of(EwiseFunction fn) {
        return switch (fn) {
            case COPY, ADD, MUL, RELU -> EWISE;
            case SILU, GELU_TANH, GELU_ERF, SILU_MUL -> ACTIVATION;
        };
    }
}
