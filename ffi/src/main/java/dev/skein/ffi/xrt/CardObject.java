package dev.skein.ffi.xrt;

/** Something that a card owns. */
abstract sealed class CardObject implements AutoCloseable permits CardBuffer, CardKernel, CardRun {
    private final Card card;
    private final int handle;

    CardObject(Card card, int handle) {
        this.card = card;
        this.handle = handle;
    }

    final Card card() {
        return card;
    }

    final int handle() {
        return handle;
    }

    /** Memory of the card that it takes. */
    long bytes() {
        return 0;
    }

    /** Its turn when the card closes: XRT wants runs first, then kernels, then buffers. */
    abstract int order();

    /** Gives it back; closing again does nothing. */
    @Override
    public final void close() {
        card.release(this);
    }
}
