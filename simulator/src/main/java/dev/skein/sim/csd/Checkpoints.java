package dev.skein.sim.csd;

import dev.skein.sim.csd.BlockPool.Lane;
import dev.skein.sim.csd.BlockPool.Use;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.Status;
import dev.skein.sim.csd.flash.FlashArray;
import dev.skein.sim.csd.flash.PageAddress;
import dev.skein.sim.csd.flash.PageKind;
import dev.skein.sim.csd.flash.PageMeta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Checkpoints in flash: two copies each, in different channels where there are two, the second one
 * begun when the first is durable. So a checkpoint of which anything of the second copy exists was
 * whole once, and one page or die that fails never hides one.
 */
final class Checkpoints {
    private static final int COPIES = 2;
    /** Serial of the lanes of checkpoints; tasks begin behind it. */
    static final int SERIAL = 0;

    private final FlashArray array;
    private final NavigableMap<Integer, List<Part>> found = new TreeMap<>();
    private List<Integer> current = new ArrayList<>();
    private int lastNumber;

    private record Part(int page, PageMeta meta) {}

    /**
     * What a scan comes to.
     *
     * @param checkpoint the last one that is whole
     * @param goodCopies of it
     */
    record Latest(Checkpoint checkpoint, int goodCopies) {}

    Checkpoints(FlashArray array) {
        this.array = array;
    }

    /** Takes a page that a scan found. */
    void found(int page, PageMeta meta) {
        found.computeIfAbsent(meta.address().index(), n -> new ArrayList<>())
                .add(new Part(page, meta));
        lastNumber = Math.max(lastNumber, meta.address().index());
    }

    /**
     * The last checkpoint that was completed; nothing on a drive without one.
     *
     * @throws DriveException {@link Status#LOST_CHECKPOINT} if there was a later one that cannot
     *     be read: what is left would be an older state
     */
    Optional<Latest> latest() {
        for (var e : found.descendingMap().entrySet()) {
            List<Checkpoint> good = new ArrayList<>();
            for (int copy = 0; copy < COPIES; copy++) {
                read(e.getValue(), copy).filter(c -> c.number() == e.getKey())
                        .ifPresent(good::add);
            }
            if (!good.isEmpty()) {
                current = new ArrayList<>(e.getValue().stream().map(Part::page).toList());
                return Optional.of(new Latest(good.getFirst(), good.size()));
            }
            if (e.getValue().stream().anyMatch(p -> p.meta().address().sequence() > 0)) {
                throw new DriveException(Status.LOST_CHECKPOINT, "checkpoint " + e.getKey()
                        + " was completed, but neither copy of it can be read; no earlier one"
                        + " holds what was flushed");
            }
        }
        return Optional.empty();
    }

    private Optional<Checkpoint> read(List<Part> parts, int copy) {
        byte[] bytes = new byte[0];
        byte[] page = new byte[array.format().geometry().pageBytes()];
        int part = 0;
        List<Part> inOrder = parts.stream().filter(p -> p.meta().address().sequence() == copy)
                .sorted((a, b) -> a.meta().address().part() - b.meta().address().part()).toList();
        for (Part p : inOrder) {
            int valid = p.meta().valid();
            if (p.meta().address().part() != part++ || valid < 1 || valid > page.length) {
                return Optional.empty();
            }
            try {
                array.read(p.page(), page);
            } catch (DriveException e) {
                if (e.status() == Status.UNCORRECTABLE || e.status() == Status.DIE_FAILED) {
                    return Optional.empty();
                }
                throw e;
            }
            bytes = Arrays.copyOf(bytes, bytes.length + valid);
            System.arraycopy(page, 0, bytes, bytes.length - valid, valid);
        }
        return bytes.length == 0 ? Optional.empty() : Checkpoint.decode(bytes);
    }

    /** Pages of the checkpoint that counts. */
    List<Integer> pages() {
        return current;
    }

    int nextNumber() {
        return lastNumber + 1;
    }

    /** Pages that one with so many bytes takes. */
    long pages(long bytes) {
        return COPIES * Math.ceilDiv(bytes, (long) array.format().geometry().pageBytes());
    }

    /** Writes a checkpoint; when this returns it is the one that counts. */
    void write(BlockPool pool, Checkpoint checkpoint) {
        lastNumber = checkpoint.number();
        byte[] bytes = checkpoint.encode();
        List<Integer> written = new ArrayList<>();
        int pageBytes = array.format().geometry().pageBytes();
        int parts = Math.ceilDiv(bytes.length, pageBytes);
        if (parts > TaskShape.MAX) {
            throw new DriveException(Status.NO_SPACE, "a checkpoint of " + bytes.length
                    + " bytes; at most " + TaskShape.MAX + " pages; use fewer tasks");
        }
        array.sync();
        for (int copy = 0; copy < COPIES; copy++) {
            var lane = new Lane(SERIAL, Use.SYSTEM, copy);
            for (int i = 0; i < parts; i++) {
                int from = i * pageBytes;
                int to = Math.min(from + pageBytes, bytes.length);
                byte[] page = Arrays.copyOf(Arrays.copyOfRange(bytes, from, to), pageBytes);
                written.add(pool.program(lane, new PageAddress(PageKind.CHECKPOINT, SERIAL, copy,
                        parts, 0, checkpoint.number(), i), to - from, page));
            }
            array.sync();
        }
        current.forEach(pool::supersede);
        current = written;
        pool.settle();
    }
}
