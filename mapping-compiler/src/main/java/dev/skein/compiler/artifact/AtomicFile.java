package dev.skein.compiler.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes a file so that its path holds either what it held before or all of the new content,
 * whenever the process or the machine stops.
 *
 * <p>The content goes to a temporary file in the same folder (a rename never crosses file systems),
 * is forced to the device, renamed over the target, and the folder is forced so that the rename
 * itself survives a power failure. A failure removes the temporary file; a killed process leaves
 * it, named {@code .NAME.*.tmp}, beside the untouched target.
 */
public final class AtomicFile {

    /** What has been done so far, in order. */
    public enum Step {
        /** The empty temporary file is there. */
        CREATED,
        /** It has all of the content. */
        WRITTEN,
        /** The content is on the device. */
        FORCED,
        /** The temporary file has become the target. */
        RENAMED,
        /** The folder entry is on the device: done. */
        FOLDER_FORCED
    }

    /** Writes the content. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it to {@code temporary}, an empty file, and closes it. */
        void writeTo(Path temporary) throws IOException;
    }

    /** Told of each step as it is done; a test stops the writer from here. */
    @FunctionalInterface
    public interface Observer {
        /** A step is done; {@code temporary} is the file written to. */
        void done(Step step, Path temporary) throws IOException;
    }

    private AtomicFile() {
    }

    /**
     * Writes or replaces a file.
     *
     * @throws IOException if a step fails; before {@link Step#RENAMED} the target is untouched
     */
    public static void write(Path target, Content content) throws IOException {
        write(target, content, (step, temporary) -> { });
    }

    /** As {@link #write(Path, Content)}, telling {@code observer} of each step. */
    public static void write(Path target, Content content, Observer observer) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null || absolute.getFileName() == null || Files.isDirectory(absolute)) {
            throw new IOException(target + " is a folder; name a file to write");
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(target + ": there is no folder " + folder + "; create it first");
        }
        if (!Files.isWritable(folder)) {
            throw new IOException(target + ": folder " + folder + " cannot be written; name a file"
                    + " in another folder");
        }
        // Not createTempFile: its file would keep other users out after the rename.
        Path temporary = Files.createFile(folder.resolve("." + absolute.getFileName() + "."
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()) + ".tmp"));
        try {
            observer.done(Step.CREATED, temporary);
            content.writeTo(temporary);
            observer.done(Step.WRITTEN, temporary);
            force(temporary, StandardOpenOption.WRITE);
            observer.done(Step.FORCED, temporary);
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
            observer.done(Step.RENAMED, temporary);
            force(folder, StandardOpenOption.READ);
            observer.done(Step.FOLDER_FORCED, temporary);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void force(Path path, StandardOpenOption access) throws IOException {
        try (FileChannel channel = FileChannel.open(path, access)) {
            channel.force(true);
        }
    }
}
