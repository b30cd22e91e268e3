package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Flash;

/**
 * Where the pages of a KV cache lie. Token groups are strided over the flash channels, K and V of a
 * group on neighbouring planes of one; pages of entries likewise. Heads follow each other, as
 * append-only blocks fill all planes in turn.
 *
 * @param geometry of the array
 * @param headDim FP16 values of a token
 */
public record KvLayout(Flash.Geometry geometry, int headDim) {
    /** Bytes of an FP16 value. */
    public static final int VALUE_BYTES = 2;

    /** Refuses a head that no page holds a token of, or only a part of a token. */
    public KvLayout {
        if (headDim < 1 || geometry.pageBytes() % (headDim * VALUE_BYTES) != 0) {
            throw new IllegalArgumentException("heads of " + headDim
                    + " FP16 values do not fill pages of " + geometry.pageBytes()
                    + " bytes; a page is a multiple of a token");
        }
    }

    /** Tokens of a group: one token-indexed page. */
    public int groupTokens() {
        return geometry.pageBytes() / (headDim * VALUE_BYTES);
    }

    /** Tokens in an entry-indexed page that holds so many entries. */
    public int entryPageTokens(int entries) {
        return geometry.pageBytes() / (entries * VALUE_BYTES);
    }

    /** Adds the page of a token group of K or V. */
    void addGroup(PageSet to, Place place, boolean value, int rows) {
        int channels = geometry.channels();
        int plane = 2 * (place.index() / channels) + (value ? 1 : 0)
                + place.head() * 2 * Math.ceilDiv(place.pages(), channels);
        add(to, place, plane, rows * headDim);
    }

    /** Adds a page of entries. */
    void addEntries(PageSet to, Place place, int entries, int tokens) {
        int plane = (place.index() + place.head() * place.pages()) / geometry.channels();
        add(to, place, plane, entries * tokens);
    }

    /** Adds the page of a group of K of which only some entries are kept. */
    void addTail(PageSet to, Place place, int entries) {
        int plane = 2 * (place.index() / geometry.channels())
                + place.head() * 2 * Math.ceilDiv(place.pages(), geometry.channels());
        add(to, place, plane, entries * groupTokens());
    }

    private void add(PageSet to, Place place, int plane, int values) {
        to.add((place.index() + place.head()) % geometry.channels(),
                plane % geometry.planesPerChannel(), geometry.planesPerChannel(),
                values * VALUE_BYTES, values);
    }

    /**
     * A page of a head.
     *
     * @param head in the order in which they are read
     * @param index of the page among those of its kind
     * @param pages of that kind
     */
    record Place(int head, int index, int pages) {}
}
