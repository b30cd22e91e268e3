package dev.skein.compiler.artifact;

import dev.skein.compiler.frontend.FormatException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Compiled models on disk. The layout is in the package documentation. */
public final class ArtifactFile {
    private static final long HDF5_SIGNATURE = 0x0a1a0a0d46444889L;
    /** The root's header, with the version attribute, is the first object. */
    private static final int HEAD_BYTES = 512;

    private ArtifactFile() {
    }

    /**
     * Whether a file is an artifact, perhaps damaged: an HDF5 file with the mark of the layout at
     * its begin or end. A model in HDF5 is none.
     *
     * @throws IOException if the file cannot be read
     */
    public static boolean isArtifact(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(path)) {
            ByteBuffer head = read(channel, 0, HEAD_BYTES);
            if (head.remaining() < Long.BYTES || head.getLong(0) != HDF5_SIGNATURE) {
                return false;
            }
            ByteBuffer tail = read(channel, channel.size() - Long.BYTES, Long.BYTES);
            return tail.getLong(0) == Trailer.MAGIC
                    || new String(head.array(), StandardCharsets.ISO_8859_1)
                            .contains(ArtifactContents.VERSION_ATTRIBUTE);
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
            continue;
        }
        return buffer.flip();
    }

    /**
     * Maps a file and checks all of it: sums, structure, plan, programs. The images are slices of
     * the mapping; nothing of them is copied.
     *
     * @param arena owns the mapping, also after a failure; all threads may use what it owns
     * @throws FormatException if the file breaks a rule of the layout or a byte of it has changed
     * @throws IOException if it is missing or unreadable
     */
    public static Executable read(Path path, Arena arena) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isRegularFile(path)) {
            throw new FormatException(path.toString(), FormatException.NO_OFFSET, "file",
                    "a folder or device", "a regular file is needed", "name the artifact itself");
        }
        try (FileChannel channel = FileChannel.open(path)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(),
                    arena);
            return ArtifactReader.read(path.toString(), bytes);
        }
    }

    /**
     * Writes or replaces a file; whatever happens meanwhile, it holds its old or all of its new
     * content.
     *
     * @throws IllegalArgumentException if a reader would not accept it: a model of the catalogue,
     *     which has no files; a board name that could be a path
     * @throws IOException if writing fails; the target is then untouched
     */
    public static void write(Path target, Executable executable) throws IOException {
        write(target, executable, (step, temporary) -> { });
    }

    /** As {@link #write(Path, Executable)}, telling {@code observer} of each step. */
    static void write(Path target, Executable executable, AtomicFile.Observer observer)
            throws IOException {
        check(executable);
        ArtifactContents contents = ArtifactContents.of(executable);
        AtomicFile.write(target, contents::writeTo, observer);
    }

    private static void check(Executable executable) {
        String name = executable.config().name();
        if (executable.header().files().isEmpty()) {
            throw new IllegalArgumentException("model " + name + " has no files: an artifact holds"
                    + " those of a model with weights");
        }
        if (!PlanReader.BOARD.matcher(executable.board()).matches()) {
            throw new IllegalArgumentException("board \"" + executable.board()
                    + "\" cannot stand in an artifact: names match " + PlanReader.BOARD);
        }
        if (name.isEmpty() || !PlanReader.printable(name)) {
            throw new IllegalArgumentException("a model's name has printable characters alone:"
                    + " rename its file or folder");
        }
        executable.provenance().forEach((key, value) -> {
            if (!PlanReader.printable(key + value)) {
                throw new IllegalArgumentException("provenance has printable characters alone:"
                        + " rename the model's files");
            }
        });
    }
}
