package dev.skein.sim.csd.flash;

import dev.skein.hls.board.drive.Flash;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.FaultPlan;
import dev.skein.sim.csd.fault.Status;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The array behind the flash controllers. Pages and blocks have numbers, channel by channel. Not
 * thread-safe. Failures are {@link DriveException}s.
 */
public final class FlashArray implements Closeable {
    private final Path folder;
    private final FormatFile format;
    private final BlockLayout layout;
    private final Medium medium;
    private final FileChannel lock;
    private final Draws draws;
    private final int[] epochs;
    private final char[] nextPage;
    private final boolean[] bad;
    private long reads;
    private long retries;
    private long programs;
    private long erases;
    private long failedPrograms;

    private FlashArray(Path folder, FormatFile format, Medium medium, FileChannel lock,
            FaultPlan faults) {
        this.folder = folder;
        this.format = format;
        this.layout = new BlockLayout(format.geometry());
        this.medium = medium;
        this.lock = lock;
        this.draws = new Draws(faults);
        this.epochs = new int[layout.blocks()];
        this.nextPage = new char[layout.blocks()];
        this.bad = new boolean[layout.blocks()];
        for (int b = 0; b < bad.length; b++) {
            bad[b] = dieFailed(b);
        }
    }

    /**
     * Makes an empty array.
     *
     * @param folder new or empty
     * @throws DriveException if there is something in it, or the array is too large
     */
    public static void format(Path folder, FormatFile format) {
        try {
            format.create(folder);
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    /**
     * Opens an array; {@link #scan} has to follow.
     *
     * @param write whether it will be changed; only one process may do so at a time
     */
    public static FlashArray open(Path folder, boolean write, FaultPlan faults) {
        try {
            FormatFile format = FormatFile.read(folder);
            FileChannel lock = lock(folder, write);
            try {
                Medium files = new FileMedium(folder, format.geometry().channels(), write);
                Medium medium = faults.powerCut().isEmpty() ? files : new FaultyMedium(files,
                        faults.seed(), faults.powerCut().getAsLong());
                return new FlashArray(folder, format, medium, lock, faults);
            } catch (IOException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    private static FileChannel lock(Path folder, boolean write) throws IOException {
        FileChannel file = FileChannel.open(folder.resolve(FormatFile.NAME),
                write ? StandardOpenOption.WRITE : StandardOpenOption.READ);
        boolean locked;
        try {
            locked = file.tryLock(0, Long.MAX_VALUE, !write) != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        }
        if (!locked) {
            file.close();
            throw new DriveException(Status.FILE_ERROR, folder
                    + ": in use by another drive engine; wait until that has closed it");
        }
        return file;
    }

    /** Where the array is. */
    public FormatFile format() {
        return format;
    }

    /** Where blocks and pages lie. */
    public BlockLayout layout() {
        return layout;
    }

    private Flash.Geometry geometry() {
        return format.geometry();
    }

    /** How often a block was erased. */
    public int eraseCount(int block) {
        return epochs[block];
    }

    /** Whether nothing more can be written to a block. */
    public boolean isBad(int block) {
        return bad[block];
    }

    /** Pages of a block that are programmed or may not be programmed any more. */
    public int nextPage(int block) {
        return nextPage[block];
    }

    /** Ends a block: nothing is programmed in it until it is erased. */
    public void seal(int block) {
        nextPage[block] = (char) geometry().pagesPerBlock();
    }

    /** What was done. */
    public FlashCounts counts() {
        return new FlashCounts(reads, retries, programs, erases, failedPrograms);
    }

    /**
     * Programs the next page of a block. It is durable after {@link #sync}.
     *
     * @param data {@code [pageBytes]}
     * @return the physical page
     * @throws ProgramFailedException if it could not be; the block is marked as bad
     */
    public int program(int block, PageMeta meta, byte[] data) throws ProgramFailedException {
        if (bad[block] || nextPage[block] >= geometry().pagesPerBlock()
                || data.length != geometry().pageBytes()) {
            throw new IllegalStateException("program of " + data.length + " bytes in page "
                    + (int) nextPage[block] + " of block " + block + ", bad: " + bad[block]);
        }
        int page = block * geometry().pagesPerBlock() + nextPage[block]++;
        int channel = layout.channel(block);
        if (draws.programFails()) {
            failedPrograms++;
            bad[block] = true;
            seal(block);
            writeRecord(BlockRecord.BAD, block);
            throw new ProgramFailedException(layout.text(page) + " was not programmed");
        }
        programs++;
        int sum = PageMeta.sum(data, 0, data.length);
        write(channel, layout.data(page), data);
        write(channel, layout.meta(page),
                meta.encode(new PageMeta.Physical(page, epochs[block], sum)));
        return page;
    }

    /**
     * Reads a page, again and again while error correction fails.
     *
     * @param into {@code [pageBytes]}
     * @throws DriveException {@link Status#UNCORRECTABLE}, {@link Status#DIE_FAILED}
     */
    public PageMeta read(int page, byte[] into) {
        reads++;
        requireDie(page);
        int again = draws.retries();
        if (again < 0) {
            throw new DriveException(Status.UNCORRECTABLE, layout.text(page)
                    + ": no read retry helps (planted fault); what is on it is lost");
        }
        retries += again;
        read(layout.channel(layout.block(page)), layout.data(page), into);
        PageMeta.Placed placed = placed(page).orElseThrow(() -> new DriveException(
                Status.UNCORRECTABLE, layout.text(page) + ": its out-of-band bytes are damaged"));
        if (placed.physical().sum() != PageMeta.sum(into, 0, into.length)) {
            throw new DriveException(Status.UNCORRECTABLE, layout.text(page) + ": "
                    + placed.meta().address() + " has CRC32C %08x, its bytes sum to %08x".formatted(
                    placed.physical().sum(), PageMeta.sum(into, 0, into.length)));
        }
        return placed.meta();
    }

    /** What a page says of itself, if it can be read and was programmed since the last erase. */
    public Optional<PageMeta> meta(int page) {
        return dieFailed(layout.block(page)) ? Optional.empty()
                : placed(page).map(PageMeta.Placed::meta);
    }

    private Optional<PageMeta.Placed> placed(int page) {
        byte[] bytes = new byte[PageMeta.BYTES];
        read(layout.channel(layout.block(page)), layout.meta(page), bytes);
        return PageMeta.decode(bytes, 0).filter(p -> isHere(p, page));
    }

    private boolean isHere(PageMeta.Placed placed, int page) {
        return placed.physical().page() == page
                && placed.physical().epoch() == epochs[layout.block(page)];
    }

    private boolean dieFailed(int block) {
        return draws.dieFailed(layout.channel(block), layout.die(block));
    }

    private void requireDie(int page) {
        int block = layout.block(page);
        if (dieFailed(block)) {
            throw new DriveException(Status.DIE_FAILED, "die " + layout.die(block)
                    + " of channel " + layout.channel(block)
                    + " does not answer (planted fault); what is on it is lost");
        }
    }

    /**
     * Erases blocks, durably. That it begins is synchronised before it is done, so that a power cut
     * leaves one good record of the erase count at least.
     */
    public void erase(List<Integer> blocks) {
        for (int block : blocks) {
            writeRecord(BlockRecord.BEGUN, block);
        }
        sync();
        for (int block : blocks) {
            writeRecord(BlockRecord.DONE, block);
            epochs[block]++;
            nextPage[block] = 0;
            erases++;
        }
        sync();
    }

    private void writeRecord(BlockRecord record, int block) {
        write(layout.channel(block), layout.header(block) + record.offset(),
                record.encode(block, epochs[block] + 1));
    }

    /** Everything programmed and erased so far survives a power cut. */
    public void sync() {
        try {
            medium.sync();
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    /**
     * Reads headers and out-of-band bytes of all blocks that were ever written, as after power on.
     * Blocks that are not empty are sealed: only so nothing is programmed after a torn page.
     */
    public void scan(Visitor visitor) {
        byte[] bytes = new byte[BlockLayout.HEADER_BYTES + layout.tableBytes()];
        try {
            for (int channel = 0; channel < geometry().channels(); channel++) {
                long size = medium.size(channel);
                int first = channel * layout.blocksPerChannel();
                for (int i = 0; i < layout.blocksPerChannel() && layout.header(first + i) < size;
                        i++) {
                    if (!dieFailed(first + i)) {
                        medium.read(channel, layout.header(first + i), bytes);
                        scan(first + i, bytes, visitor);
                    }
                }
            }
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    private void scan(int block, byte[] bytes, Visitor visitor) {
        int begun = BlockRecord.BEGUN.decode(bytes, block);
        int done = BlockRecord.DONE.decode(bytes, block);
        bad[block] = BlockRecord.BAD.decode(bytes, block) != 0;
        epochs[block] = Math.max(begun, done);
        if (begun != done) {
            if (begun < 0 && done < 0) {
                bad[block] = true;
            }
            seal(block);
            visitor.interruptedErase(block, begun < 0 && done < 0);
            return;
        }
        if (begun < 0) {
            epochs[block] = 0;
            bad[block] = true;
            visitor.interruptedErase(block, true);
            return;
        }
        for (int i = 0; i < geometry().pagesPerBlock(); i++) {
            scanPage(block * geometry().pagesPerBlock() + i, bytes, visitor);
        }
        if (bad[block]) {
            seal(block);
        }
    }

    private void scanPage(int page, byte[] bytes, Visitor visitor) {
        int block = layout.block(page);
        int from = BlockLayout.HEADER_BYTES + page % geometry().pagesPerBlock() * PageMeta.BYTES;
        Optional<PageMeta.Placed> placed = PageMeta.decode(bytes, from);
        if (placed.isPresent() && isHere(placed.get(), page)) {
            seal(block);
            visitor.page(page, placed.get().meta());
        } else if (placed.isEmpty() && !isBlank(bytes, from)) {
            seal(block);
            visitor.unreadable(page);
        } else if (placed.isPresent() && (placed.get().physical().page() != page
                || placed.get().physical().epoch() > epochs[block])) {
            seal(block);
            visitor.unreadable(page);
        }
    }

    private static boolean isBlank(byte[] bytes, int from) {
        return Arrays.equals(bytes, from, from + PageMeta.BYTES, new byte[PageMeta.BYTES], 0,
                PageMeta.BYTES);
    }

    private void read(int channel, long offset, byte[] into) {
        try {
            medium.read(channel, offset, into);
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    private void write(int channel, long offset, byte[] bytes) {
        try {
            medium.write(channel, offset, bytes);
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    private static DriveException failed(Path folder, IOException e) {
        return new DriveException(Status.FILE_ERROR, folder + ": "
                + e.getClass().getSimpleName() + " " + e.getMessage());
    }

    @Override
    public void close() {
        try {
            medium.close();
            lock.close();
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    /** Is told what a scan finds. */
    public interface Visitor {
        /** A page that was programmed. */
        void page(int page, PageMeta meta);

        /** A page whose out-of-band bytes are torn or damaged. */
        void unreadable(int page);

        /**
         * A block whose header does not say that its last erase was done; erasing it again is safe.
         *
         * @param lost whether not even its erase count is known: it is bad from now on
         */
        void interruptedErase(int block, boolean lost);
    }
}
