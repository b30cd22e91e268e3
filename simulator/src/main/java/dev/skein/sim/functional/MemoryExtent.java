package dev.skein.sim.functional;

import dev.skein.hls.isa.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The bytes of one region. Addresses are relative to the region and already checked. */
sealed interface MemoryExtent {

    /** The region, for its place and kind. */
    Region region();

    /** Copies {@code n} bytes out. */
    void read(long from, byte[] dst, int at, int n);

    /** Copies {@code n} bytes in. */
    void write(long to, byte[] src, int at, int n);

    /**
     * Bytes that someone else owns, such as a mapped file; nothing is copied.
     *
     * @param region the region
     * @param bytes of the region's size; read-only is enough where only the compiler writes
     */
    record Image(Region region, MemorySegment bytes) implements MemoryExtent {
        @Override
        public void read(long from, byte[] dst, int at, int n) {
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, from, dst, at, n);
        }

        @Override
        public void write(long to, byte[] src, int at, int n) {
            MemorySegment.copy(src, at, bytes, ValueLayout.JAVA_BYTE, to, n);
        }
    }

    /**
     * Zeros until written, a page at a time: an empty KV cache costs its page table. Different
     * bytes may be written on different threads.
     */
    final class Zeroed implements MemoryExtent {
        private static final int PAGE_BITS = 16;
        private static final int PAGE_BYTES = 1 << PAGE_BITS;

        private final Region region;
        private final AtomicReferenceArray<byte[]> pages;

        Zeroed(Region region) {
            this.region = region;
            long count = (region.bytes() + PAGE_BYTES - 1) >>> PAGE_BITS;
            pages = new AtomicReferenceArray<>(Math.toIntExact(count));
        }

        @Override
        public Region region() {
            return region;
        }

        @Override
        public void read(long from, byte[] dst, int at, int n) {
            for (int done = 0; done < n;) {
                int inPage = (int) (from + done) & PAGE_BYTES - 1;
                int part = Math.min(n - done, PAGE_BYTES - inPage);
                byte[] page = pages.get((int) (from + done >>> PAGE_BITS));
                if (page == null) {
                    Arrays.fill(dst, at + done, at + done + part, (byte) 0);
                } else {
                    System.arraycopy(page, inPage, dst, at + done, part);
                }
                done += part;
            }
        }

        @Override
        public void write(long to, byte[] src, int at, int n) {
            for (int done = 0; done < n;) {
                int index = (int) (to + done >>> PAGE_BITS);
                int inPage = (int) (to + done) & PAGE_BYTES - 1;
                int part = Math.min(n - done, PAGE_BYTES - inPage);
                System.arraycopy(src, at + done, page(index), inPage, part);
                done += part;
            }
        }

        private byte[] page(int index) {
            byte[] page = pages.get(index);
            if (page == null) {
                long left = region.bytes() - ((long) index << PAGE_BITS);
                pages.compareAndSet(index, null, new byte[(int) Math.min(PAGE_BYTES, left)]);
                page = pages.get(index);
            }
            return page;
        }

        /** Bytes held by pages that were written. */
        long touchedBytes() {
            long sum = 0;
            for (int i = 0; i < pages.length(); i++) {
                byte[] page = pages.get(i);
                sum += page == null ? 0 : page.length;
            }
            return sum;
        }
    }
}
