package dev.skein.compiler.attention;

/**
 * A key-value head of a model.
 *
 * @param layer from 0
 * @param kvHead of the layer, from 0
 * @param headDim entries of a head
 * @param contextTokens most tokens of a sequence
 */
public record HeadPlace(int layer, int kvHead, int headDim, int contextTokens) {
}
