package dev.skein.hls.number;

/**
 * What a group of query heads attends to.
 *
 * @param channels entries by which tokens were scored, increasing; none in dense attention
 * @param tokens increasing
 * @param alpha {@code [queryHeads]}, share of the approximate scores that the tokens hold; 1 in
 *     dense attention
 */
public record Chosen(int[] channels, int[] tokens, float[] alpha) {
}
