package dev.skein.ffi.xrt;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skein.ffi.xrt.NativeXrt.Failed;
import dev.skein.ffi.xrt.NativeXrt.Function;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The process that holds a card: makes the native calls that {@link Card} asks for on standard
 * input, and answers on standard output. It ends when its input does.
 */
public final class XrtChild {
    private static final int TO_CARD = 0;
    private static final int FROM_CARD = 1;
    private static final int UUID_BYTES = 16;
    private static final int TIME_AT = 8;
    private static final int TEXT_AT = 16;
    private static final int TEXT_BYTES = 1024;

    /** Something native, and how it is given back. */
    private record Held(MemorySegment address, Function release) {}

    private final Arena arena = Arena.global();
    private final MemorySegment piece = arena.allocate(Request.PIECE);
    private final MemorySegment uuid = arena.allocate(UUID_BYTES);
    private final MemorySegment words = arena.allocate(TEXT_AT + TEXT_BYTES, Long.BYTES);
    private final Map<Integer, Held> held = new HashMap<>();
    private NativeXrt xrt;
    private MemorySegment device;
    private int handles;

    private XrtChild() {}

    /**
     * Serves until standard input ends.
     *
     * @param args nothing
     * @throws IOException if the other process is gone
     */
    public static void main(String[] args) throws IOException {
        try (var in = new DataInputStream(new FileInputStream(FileDescriptor.in));
                var out = new DataOutputStream(answers())) {
            new XrtChild().serve(in, out);
        }
    }

    /**
     * Where standard output goes to. From now on what native code prints to it goes to standard
     * error instead: a line of a library's among the frames would end the conversation.
     */
    private static FileOutputStream answers() throws IOException {
        int own = descriptor("dup", FunctionDescriptor.of(JAVA_INT, JAVA_INT), 1);
        descriptor("dup2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), 2, 1);
        return new FileOutputStream("/proc/self/fd/" + own);
    }

    @SuppressWarnings("restricted") // two functions of POSIX
    private static int descriptor(String function, FunctionDescriptor type, Object... arguments)
            throws IOException {
        Linker linker = Linker.nativeLinker();
        int result = (int) NativeXrt.invoker(linker.downcallHandle(
                linker.defaultLookup().findOrThrow(function), type)).call(arguments);
        if (result < 0) {
            throw new IOException(function + " failed");
        }
        return result;
    }

    private void serve(DataInputStream in, DataOutputStream out) throws IOException {
        while (true) {
            int length;
            try {
                length = in.readInt();
            } catch (EOFException e) {
                return;
            }
            if (length < 1 || length > Request.LARGEST_FRAME) {
                throw new IOException("frame of " + length + " bytes");
            }
            Request request = Request.of(in.readUnsignedByte());
            var answer = new ByteArrayOutputStream();
            var fields = new DataOutputStream(answer);
            int good = Request.GOOD;
            try {
                answer(request, in, length - 1, fields);
            } catch (Failed failed) {
                good = Request.FAILED;
                answer.reset();
                fields.writeUTF(failed.function());
                fields.writeLong(failed.result());
                fields.writeInt(failed.errno());
            }
            out.writeInt(answer.size() + 1);
            out.writeByte(good);
            answer.writeTo(out);
            out.flush();
            if (request == Request.CLOSE) {
                return;
            }
        }
    }

    private void answer(Request request, DataInputStream in, int length, DataOutputStream out)
            throws IOException, Failed {
        switch (request) {
            case OPEN -> open(in.readUTF(), in.readInt());
            case LOAD -> load(in.readUTF(), out);
            case ALLOCATE -> {
                MemorySegment buffer = xrt.pointer(Function.ALLOCATE, device, in.readLong(), 0,
                        in.readInt());
                out.writeInt(hold(buffer, Function.FREE));
                out.writeLong(xrt.number(Function.ADDRESS_OF, buffer));
            }
            case WRITE -> write(in.readInt(), in.readLong(), in, length - 12);
            case READ -> read(in.readInt(), in.readLong(), in.readInt(), out);
            case KERNEL -> out.writeInt(hold(xrt.pointer(Function.KERNEL, device, uuid,
                    arena.allocateFrom(in.readUTF())), Function.KERNEL_CLOSE));
            case GROUP -> {
                long group = xrt.number(Function.GROUP, at(in.readInt()), in.readInt());
                if (group < 0) {
                    throw new Failed("xrtKernelArgGroupId", group, 0);
                }
                out.writeInt((int) group);
            }
            case RUN -> out.writeInt(hold(xrt.pointer(Function.RUN, at(in.readInt())),
                    Function.RUN_CLOSE));
            case SET_BUFFER -> xrt.done(Function.SET_BUFFER, at(in.readInt()), in.readInt(),
                    at(in.readInt()));
            case SET_INT -> xrt.done(Function.SET_INT, at(in.readInt()), in.readInt(),
                    in.readInt());
            case START -> xrt.done(Function.START, at(in.readInt()));
            case WAIT -> out.writeInt((int) xrt.number(Function.WAIT, at(in.readInt()),
                    in.readInt()));
            case ERRORS -> errors(out);
            case FREE -> {
                Held gone = held.remove(in.readInt());
                xrt.done(gone.release(), gone.address());
            }
            case CLOSE -> xrt.done(Function.CLOSE, device);
        }
    }

    private void open(String library, int index) throws Failed, IOException {
        xrt = NativeXrt.open(Path.of(library), arena).orElseThrow(IOException::new);
        device = xrt.pointer(Function.OPEN, index);
    }

    /** The file is mapped, so that its size costs no heap; it is read within the call alone. */
    private void load(String path, DataOutputStream out) throws IOException, Failed {
        try (FileChannel file = FileChannel.open(Path.of(path));
                Arena mapping = Arena.ofConfined()) {
            xrt.done(Function.LOAD, device, file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(),
                    mapping));
        }
        xrt.done(Function.UUID, device, uuid);
        out.write(uuid.toArray(JAVA_BYTE));
    }

    /** The last error of each class; a shim that keeps none refuses, which is as good as none. */
    private void errors(DataOutputStream out) throws IOException {
        var found = new ByteArrayOutputStream();
        var fields = new DataOutputStream(found);
        int count = 0;
        for (int c = 1; xrt.has(Function.ERROR) && c <= CardError.CLASSES; c++) {
            words.fill((byte) 0);
            long refused = xrt.number(Function.ERROR, device, c, words, words.asSlice(TIME_AT));
            long code = words.get(JAVA_LONG, 0);
            if (refused == 0 && code != 0) {
                count++;
                fields.writeLong(code);
                fields.writeLong(words.get(JAVA_LONG, TIME_AT));
                fields.writeUTF(xrt.has(Function.ERROR_TEXT) ? text(code) : "");
            }
        }
        out.writeInt(count);
        found.writeTo(out);
    }

    private String text(long code) {
        MemorySegment text = words.asSlice(TEXT_AT);
        long refused = xrt.number(Function.ERROR_TEXT, device, code, text,
                text.byteSize() - 1, words);
        byte[] bytes = text.toArray(JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return refused == 0 ? new String(bytes, 0, length, StandardCharsets.UTF_8)
                .replaceAll("\\s+", " ").strip() : "";
    }

    private int hold(MemorySegment address, Function release) {
        held.put(++handles, new Held(address, release));
        return handles;
    }

    private MemorySegment at(int handle) throws IOException {
        Held found = held.get(handle);
        if (found == null) {
            throw new IOException("no handle " + handle);
        }
        return found.address();
    }

    private void write(int handle, long offset, DataInputStream in, int count)
            throws IOException, Failed {
        byte[] data = new byte[count];
        in.readFully(data);
        MemorySegment.copy(data, 0, piece, JAVA_BYTE, 0, count);
        MemorySegment buffer = at(handle);
        xrt.done(Function.WRITE, buffer, piece, (long) count, offset);
        xrt.done(Function.SYNC, buffer, TO_CARD, (long) count, offset);
    }

    private void read(int handle, long offset, int count, DataOutputStream out)
            throws IOException, Failed {
        MemorySegment buffer = at(handle);
        xrt.done(Function.SYNC, buffer, FROM_CARD, (long) count, offset);
        xrt.done(Function.READ, buffer, piece, (long) count, offset);
        out.write(piece.asSlice(0, count).toArray(JAVA_BYTE));
    }
}
