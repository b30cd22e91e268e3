package dev.skein.ffi.xrt;

import dev.skein.ffi.xrt.XrtException.Failure;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An open card, or what stands for one. It owns its buffers, kernels and runs; closing it closes
 * them, runs first, then kernels, buffers and the card. For one thread at a time.
 */
public final class Card implements AutoCloseable {
    private static final Duration PARTING = Duration.ofSeconds(5);

    private final XrtProcess process;
    private final Duration limit;
    private final int index;
    private final List<CardObject> objects = new ArrayList<>();
    private List<CardError> known = List.of();
    private boolean closed;

    Card(XrtProcess process, Duration limit, int index) {
        this.process = process;
        this.limit = limit;
        this.index = index;
        XrtLedger.created(0);
    }

    /** Its number, from 0. */
    public int index() {
        return index;
    }

    /** The number of the process that holds it. */
    public long pid() {
        return process.pid();
    }

    /** The longest time that a call may take. */
    public Duration limit() {
        return limit;
    }

    /**
     * Loads a bitstream. It takes longer than other calls: ten times the limit is allowed.
     *
     * @param xclbin a container that has been checked: XRT does not, and dies of a bad one
     * @return UUID of the design that is on the card now
     * @throws XrtException if the card refuses it
     */
    public UUID load(Path xclbin) {
        ByteBuffer answer = ask(Request.LOAD, limit.multipliedBy(10),
                out -> out.writeUTF(xclbin.toAbsolutePath().toString()));
        var design = new UUID(answer.getLong(), answer.getLong());
        known = errors();
        return design;
    }

    /** The last error of each class that the card reported, by whatever process: may be old. */
    public List<CardError> errors() {
        ByteBuffer answer = ask(Request.ERRORS, _ -> { });
        return IntStream.range(0, answer.getInt()).mapToObj(_ -> new CardError(answer.getLong(),
                answer.getLong(), XrtProcess.text(answer))).toList();
    }

    /** What the card reported since the bitstream was loaded, to end a sentence with. */
    String reported() {
        String found = errors().stream().filter(e -> !known.contains(e)).map(CardError::toString)
                .collect(Collectors.joining("; "));
        return found.isEmpty() ? "" : "; the card reports: " + found;
    }

    /**
     * A buffer in a memory bank.
     *
     * @param bytes size
     * @param group of the argument it is for: {@link CardKernel#group}
     * @throws XrtException if the bank has not that much left
     */
    public CardBuffer allocate(long bytes, int group) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a buffer of " + bytes + " bytes");
        }
        ByteBuffer answer = ask(Request.ALLOCATE, limit, out -> {
            out.writeLong(bytes);
            out.writeInt(group);
        });
        return keep(new CardBuffer(this, answer.getInt(), bytes, answer.getLong()));
    }

    /**
     * A compute unit.
     *
     * @param kernel name of the kernel
     * @param unit name of the unit
     */
    public CardKernel kernel(String kernel, String unit) {
        String name = kernel + ":{" + unit + "}";
        return keep(new CardKernel(this,
                ask(Request.KERNEL, limit, out -> out.writeUTF(name)).getInt(), unit));
    }

    <T extends CardObject> T keep(T object) {
        objects.add(object);
        XrtLedger.created(object.bytes());
        return object;
    }

    ByteBuffer ask(Request request, XrtProcess.Fields fields) {
        return ask(request, limit, fields);
    }

    ByteBuffer ask(Request request, Duration within, XrtProcess.Fields fields) {
        if (closed) {
            throw new IllegalStateException("card " + index + " is closed");
        }
        return process.ask(request, within, fields);
    }

    void release(CardObject object) {
        if (objects.remove(object)) {
            XrtLedger.released(object.bytes());
            if (process.isAlive()) {
                ask(Request.FREE, out -> out.writeInt(object.handle()));
            }
        }
    }

    /**
     * Closes all that is open; that the process died before is no error here, since the system has
     * closed its handles then.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        XrtException failure = null;
        try {
            for (CardObject object : objects.stream()
                    .sorted((a, b) -> Integer.compare(a.order(), b.order())).toList()) {
                release(object);
            }
            if (process.isAlive()) {
                ask(Request.CLOSE, PARTING, _ -> { });
            }
        } catch (XrtException e) {
            failure = e.failure() == Failure.PROCESS_DIED ? null : e;
        } finally {
            closed = true;
            process.close();
            objects.forEach(o -> XrtLedger.released(o.bytes()));
            objects.clear();
            XrtLedger.released(0);
        }
        if (failure != null) {
            throw failure;
        }
    }
}
