package dev.skein.ffi.opencl;

import dev.skein.ffi.AllocationLedger;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Memory of the host that a device may read or write while the host goes on. Only this is taken
 * for transfers that do not wait: closing it waits for them, which the arena of an arbitrary
 * segment would not, and the device would then write to memory that is somebody else's.
 */
public final class HostMemory extends Owned {

    /** What vector units and DMA engines like. */
    private static final long ALIGNMENT_BYTES = 64;

    private final AllocationLedger<ObjectKind> ledger;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;
    private final Set<CommandQueue> users = new HashSet<>();

    HostMemory(Context owner, AllocationLedger<ObjectKind> ledger, long bytes) {
        super(owner);
        this.ledger = ledger;
        this.segment = arena.allocate(bytes, ALIGNMENT_BYTES);
        ledger.created(ObjectKind.HOST_MEMORY);
    }

    /** The memory; any thread may use it. It may not be read before a transfer to it is done. */
    public MemorySegment segment() {
        check();
        return segment;
    }

    MemorySegment part(long offset, long bytes, CommandQueue user) {
        check();
        Objects.checkFromIndexSize(offset, bytes, segment.byteSize());
        users.add(user);
        return segment.asSlice(offset, bytes);
    }

    /** When a queue does not end, its device may still write: the memory is then never freed. */
    @Override
    void release() {
        for (CommandQueue queue : users) {
            if (!queue.isClosed()) {
                queue.finish();
            } else if (!queue.drained()) {
                // closing that queue has thrown already
                return;
            }
        }
        arena.close();
        ledger.released(ObjectKind.HOST_MEMORY);
    }

    @Override
    public String toString() {
        return "host memory of " + segment.byteSize() + " bytes";
    }
}
