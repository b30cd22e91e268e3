package dev.skein.sim.rtl;

import java.nio.ByteBuffer;

/**
 * What the attention kernel says of a job: {@code Result} of {@code csd/descriptor.h}. Pages are
 * those that hold something chosen.
 *
 * @param status whether it was done
 * @param detail the page number that is not there
 * @param channels chosen
 * @param tokens chosen
 * @param channelPages channel-indexed pages of K
 * @param tailPages token-indexed pages of K, for tokens that no channel-indexed page holds
 * @param keyPages token-indexed pages of K, for the exact scores
 * @param valuePages pages of V
 */
public record CsdResult(CsdStatus status, int detail, int channels, int tokens, int channelPages,
        int tailPages, int keyPages, int valuePages) {
    static final int BYTES = 64;

    static CsdResult read(ByteBuffer from) {
        return new CsdResult(CsdStatus.values()[from.getInt()], from.getInt(), from.getInt(),
                from.getInt(), from.getInt(), from.getInt(), from.getInt(), from.getInt());
    }
}
