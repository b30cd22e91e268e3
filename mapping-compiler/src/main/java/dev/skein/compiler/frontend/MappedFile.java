package dev.skein.compiler.frontend;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A whole file, memory-mapped read-only, or bytes that play its part.
 *
 * @param name the file as the user named it, for messages
 * @param arena what unmaps it
 * @param bytes its content
 */
record MappedFile(String name, Arena arena, MemorySegment bytes) implements AutoCloseable {

    /**
     * @throws FormatException if the path is a folder or a device
     * @throws IOException if the file is missing or unreadable
     */
    static MappedFile open(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isRegularFile(path)) {
            throw new FormatException(path.toString(), FormatException.NO_OFFSET, "file",
                    Files.isDirectory(path) ? "a folder" : "a device or pipe",
                    "a regular file is needed", "name the model file itself");
        }
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path)) {
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new MappedFile(path.toString(), arena, bytes);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** Bytes in memory under a file's name. */
    static MappedFile ofBytes(String name, byte[] content) {
        return new MappedFile(name, Arena.ofShared(),
                MemorySegment.ofArray(content).asReadOnly());
    }

    /** Size in bytes. */
    long size() {
        return bytes.byteSize();
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
