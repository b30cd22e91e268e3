package dev.skein.compiler.artifact;

import dev.skein.compiler.frontend.Hdf5Builder;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What the fuzzer of the readers needs of artifacts. */
public final class ArtifactFuzz {
    private static final int TRAILER_BYTES = Trailer.FOOTER_BYTES + 4;
    private static final int END_OF_FILE_AT = 28;

    private ArtifactFuzz() {
    }

    /** A valid file of less than 4 KiB. */
    public static byte[] sample(Path folder) throws IOException {
        Path path = folder.resolve("sample.h5");
        ArtifactFile.write(path, Artifacts.tiny());
        return Files.readAllBytes(path);
    }

    /** The same bytes with size and all sums right, so that a change reaches the rules within. */
    public static byte[] repair(byte[] file) {
        if (file.length < TRAILER_BYTES + Long.BYTES + END_OF_FILE_AT) {
            return file;
        }
        byte[] hdf5 = Arrays.copyOf(file, file.length - TRAILER_BYTES);
        ByteBuffer.wrap(hdf5).order(ByteOrder.LITTLE_ENDIAN).putLong(END_OF_FILE_AT, hdf5.length);
        Hdf5Builder.repair(hdf5);
        byte[] out = Arrays.copyOf(hdf5, file.length);
        System.arraycopy(Trailer.of(MemorySegment.ofArray(hdf5)), 0, out, hdf5.length,
                TRAILER_BYTES);
        return out;
    }

    /** Reads all of it. */
    public static void read(byte[] file) {
        ArtifactReader.read("fuzz.h5", MemorySegment.ofArray(file).asReadOnly()).images()
                .segments().values().forEach(s -> s.toArray(ValueLayout.JAVA_BYTE));
    }
}
