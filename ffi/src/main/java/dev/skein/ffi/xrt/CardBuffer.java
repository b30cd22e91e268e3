package dev.skein.ffi.xrt;

import java.nio.ByteBuffer;
import java.util.Objects;

/** Memory in a bank of a card. Its content is undefined until it is written. */
public final class CardBuffer extends CardObject {
    private final long byteSize;
    private final long address;

    CardBuffer(Card card, int handle, long byteSize, long address) {
        super(card, handle);
        this.byteSize = byteSize;
        this.address = address;
    }

    /** Its size in bytes. */
    public long byteSize() {
        return byteSize;
    }

    /** Where it lies in the address space of the card. */
    public long address() {
        return address;
    }

    /**
     * Copies data to the card.
     *
     * @param offset first byte
     * @throws IndexOutOfBoundsException if the range is not inside this buffer
     */
    public void write(long offset, byte[] data) {
        Objects.checkFromIndexSize(offset, data.length, byteSize);
        for (int from = 0; from < data.length; from += Request.PIECE) {
            int at = from;
            int count = Math.min(Request.PIECE, data.length - from);
            card().ask(Request.WRITE, out -> {
                out.writeInt(handle());
                out.writeLong(offset + at);
                out.write(data, at, count);
            });
        }
    }

    /**
     * Copies data from the card.
     *
     * @param offset first byte
     * @throws IndexOutOfBoundsException if the range is not inside this buffer
     */
    public byte[] read(long offset, int count) {
        Objects.checkFromIndexSize(offset, count, byteSize);
        byte[] data = new byte[count];
        for (int from = 0; from < count; from += Request.PIECE) {
            int at = from;
            int piece = Math.min(Request.PIECE, count - from);
            ByteBuffer answer = card().ask(Request.READ, out -> {
                out.writeInt(handle());
                out.writeLong(offset + at);
                out.writeInt(piece);
            });
            answer.get(data, at, piece);
        }
        return data;
    }

    @Override
    long bytes() {
        return byteSize;
    }

    @Override
    int order() {
        return 2;
    }

    @Override
    public String toString() {
        return "buffer of " + byteSize + " bytes";
    }
}
