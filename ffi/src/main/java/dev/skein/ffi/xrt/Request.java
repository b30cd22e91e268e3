package dev.skein.ffi.xrt;

/**
 * What the process that holds a card is asked. A frame is a length in bytes (int32), then the
 * number of the request or of the answer (int8) and its fields, big-endian; handles are int32,
 * texts modified UTF-8 as {@link java.io.DataOutput} writes them.
 *
 * <p>Answer 0 has the fields named here, answer 1 is a failure: the function's name, what it gave
 * back (int64), errno (int32).
 */
enum Request {
    /** Library, index of the card. */
    OPEN,
    /** Path of an xclbin; gives its 16 bytes of UUID. */
    LOAD,
    /** Bytes (int64), group; gives handle, address on the card (int64). */
    ALLOCATE,
    /** Handle, offset (int64), data: the rest of the frame. Written and sent to the card. */
    WRITE,
    /** Handle, offset (int64), count (int32); gives data, fetched from the card. */
    READ,
    /** Name of a compute unit; gives handle. */
    KERNEL,
    /** Kernel, argument; gives group. */
    GROUP,
    /** Kernel; gives handle. */
    RUN,
    /** Run, argument, buffer. */
    SET_BUFFER,
    /** Run, argument, int32. */
    SET_INT,
    /** Run. */
    START,
    /** Run, milliseconds (int32); gives the state (int32). */
    WAIT,
    /**
     * Nothing; gives a count (int32) and, for each class that has an error, code (int64), time
     * (int64) and XRT's words.
     */
    ERRORS,
    /** Handle of a run, kernel or buffer; gives nothing. */
    FREE,
    /** Closes the card. */
    CLOSE;

    private static final Request[] ALL = values();

    /** Largest frame, bytes: a piece of data and a few fields. */
    static final int LARGEST_FRAME = (1 << 20) + 64;
    /** Data of a frame at most. */
    static final int PIECE = 1 << 20;
    /** Answer that begins the fields. */
    static final int GOOD = 0;
    /** Answer that begins a failure. */
    static final int FAILED = 1;

    /** The request with a number. */
    static Request of(int number) {
        if (number < 0 || number >= ALL.length) {
            throw new IllegalArgumentException("request " + number);
        }
        return ALL[number];
    }
}
