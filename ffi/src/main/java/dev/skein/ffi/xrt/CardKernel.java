package dev.skein.ffi.xrt;

/** A compute unit of the design on a card. */
public final class CardKernel extends CardObject {
    private final String name;

    CardKernel(Card card, int handle, String name) {
        super(card, handle);
        this.name = name;
    }

    /** Name of the compute unit. */
    public String name() {
        return name;
    }

    /**
     * The group of banks that an argument reaches.
     *
     * @param argument its index
     * @throws XrtException if it reaches no memory
     */
    public int group(int argument) {
        return card().ask(Request.GROUP, out -> {
            out.writeInt(handle());
            out.writeInt(argument);
        }).getInt();
    }

    /** A run of it, which can be started again and again. */
    public CardRun run() {
        return card().keep(new CardRun(card(),
                card().ask(Request.RUN, out -> out.writeInt(handle())).getInt(), name));
    }

    @Override
    int order() {
        return 1;
    }

    @Override
    public String toString() {
        return "compute unit " + name;
    }
}
