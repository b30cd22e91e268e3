package dev.skein.compiler.fpga;

import java.util.ArrayList;
import java.util.List;

/**
 * First-fit allocation of a buffer by life time: places whose lives overlap never overlap.
 */
final class LiveRanges {
    private record Place(int from, int to, int birth, int death) {}

    private final List<Place> places = new ArrayList<>();
    private final int base;
    private int high;

    /** Allocates from {@code base} upwards. */
    LiveRanges(int base) {
        this.base = base;
        this.high = base;
    }

    /**
     * The address of {@code bytes} bytes that live from op {@code birth} to op {@code death},
     * both included. Births must not go back.
     */
    int take(long bytes, int birth, int death) {
        long size = FpgaTarget.align(bytes, FpgaTarget.BUFFER_ALIGNMENT);
        places.removeIf(p -> p.death < birth);
        long at = base;
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Place p : places) {
                if (p.birth <= death && birth <= p.death && at < p.to && p.from < at + size) {
                    at = p.to;
                    moved = true;
                }
            }
        }
        if (at + size > Integer.MAX_VALUE / 2) {
            throw new FpgaException("activations need more than 1 GiB on chip");
        }
        places.add(new Place((int) at, (int) (at + size), birth, death));
        high = Math.max(high, (int) (at + size));
        return (int) at;
    }

    /** One past the highest byte ever given out. */
    int high() {
        return high;
    }
}
