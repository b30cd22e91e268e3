package dev.skein.ffi.xrt;

import dev.skein.ffi.xrt.XrtException.Failure;

/** Arguments of a compute unit, and its execution with them. */
public final class CardRun extends CardObject {
    /** State of a run that ended well, as {@code ert.h} has it. */
    private static final int COMPLETED = 4;
    private static final String[] STATES = {"0", "new", "queued", "running", "completed", "error",
        "aborted", "submitted", "timeout", "no response", "soft kernel error", "soft kernel crash"};

    private final String unit;

    CardRun(Card card, int handle, String unit) {
        super(card, handle);
        this.unit = unit;
    }

    /** Sets an argument to a buffer of the same card. */
    public void set(int argument, CardBuffer buffer) {
        if (buffer.card() != card()) {
            throw new IllegalArgumentException(buffer + " is on card " + buffer.card().index()
                    + ", the run on card " + card().index());
        }
        card().ask(Request.SET_BUFFER, out -> {
            out.writeInt(handle());
            out.writeInt(argument);
            out.writeInt(buffer.handle());
        });
    }

    /** Sets an argument to a number. */
    public void set(int argument, int value) {
        card().ask(Request.SET_INT, out -> {
            out.writeInt(handle());
            out.writeInt(argument);
            out.writeInt(value);
        });
    }

    /** Starts it; it must not be running. */
    public void start() {
        card().ask(Request.START, out -> out.writeInt(handle()));
    }

    /**
     * Waits for its end.
     *
     * @throws XrtException if it ends in another state than completed, or not within the limit
     */
    public void await() {
        int state = card().ask(Request.WAIT, out -> {
            out.writeInt(handle());
            // XRT gives up a little before the watchdog ends its process; 0 would be for ever.
            out.writeInt((int) Math.max(1, card().limit().toMillis() * 9 / 10));
        }).getInt();
        if (state != COMPLETED) {
            String name = state >= 0 && state < STATES.length ? STATES[state]
                    : String.valueOf(state);
            boolean late = name.equals("running") || name.equals("timeout")
                    || name.equals("queued") || name.equals("submitted");
            throw new XrtException(late ? Failure.TIMEOUT : Failure.RUN_FAILED, "compute unit "
                    + unit + " ended in state '" + name + "' within " + card().limit().toMillis()
                    + " ms; give it longer with --timeout, or reset the card with 'xbutil reset'"
                    + card().reported());
        }
    }

    @Override
    int order() {
        return 0;
    }

    @Override
    public String toString() {
        return "run of " + unit;
    }
}
