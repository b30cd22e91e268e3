package dev.skein.compiler.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.frontend.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No byte of an artifact can change without being found. */
class DamagedArtifactTest {
    @TempDir
    private Path folder;

    private static FormatException refused(byte[] file, String what) {
        return assertThrows(FormatException.class, () -> ArtifactFuzz.read(file), what);
    }

    @Test
    void everyChangedByteIsFound() throws IOException {
        byte[] file = ArtifactFuzz.sample(folder);
        assertTrue(file.length < 4096, file.length + " bytes");
        for (int i = 0; i < file.length; i++) {
            for (int change : new int[] {0xff, 1 << i % 8}) {
                file[i] ^= (byte) change;
                refused(file, "byte " + i + " changed by " + change);
                file[i] ^= (byte) change;
            }
        }
        ArtifactFuzz.read(file);
    }

    @Test
    void everyTruncationAndExtensionIsFound() throws IOException {
        byte[] file = ArtifactFuzz.sample(folder);
        for (int length = 0; length < file.length; length++) {
            refused(Arrays.copyOf(file, length), "cut to " + length);
        }
        refused(Arrays.copyOf(file, file.length + 1), "a zero behind");
    }

    @Test
    void messagesSayWhatToDo() throws IOException {
        byte[] file = ArtifactFuzz.sample(folder);
        int footer = file.length - Trailer.FOOTER_BYTES;
        String remedy = "; the file is cut short or damaged: copy it again or compile the model"
                + " again";
        assertEquals("fuzz.h5: offset 84: end mark: found other bytes, but an artifact ends with"
                + " SKEINEND" + remedy, refused(Arrays.copyOf(file, 92), "cut").getMessage());
        file[100]++;
        assertEquals("fuzz.h5: offset 0: checksum of block 0: found another sum, but the bytes are"
                + " those that were written" + remedy, refused(file, "block").getMessage());
        file[footer - 1]++;
        assertEquals("fuzz.h5: offset " + (footer + 12) + ": checksum of the trailer: found"
                + " another sum, but it is the sum of the bytes from " + (footer - 4) + remedy,
                refused(file, "trailer").getMessage());
        file[footer]++;
        assertEquals("fuzz.h5: offset " + footer + ": sizes: found " + (footer - 3)
                + " bytes with 1 sums, but they and the trailer are the whole file of "
                + file.length + " bytes" + remedy, refused(file, "sizes").getMessage());
    }

    @Test
    void aDamagedArtifactIsStillOne() throws IOException {
        byte[] file = ArtifactFuzz.sample(folder);
        Path path = folder.resolve("a.h5");
        assertTrue(ArtifactFile.isArtifact(Files.write(path, Arrays.copyOf(file, 1000))));
        Arrays.fill(file, 64, 512, (byte) 0);
        assertTrue(ArtifactFile.isArtifact(Files.write(path, file)));
        assertFalse(ArtifactFile.isArtifact(Files.write(path, Arrays.copyOf(file, 1000))));
        file[0] = 0;
        assertFalse(ArtifactFile.isArtifact(Files.write(path, file)));
        assertFalse(ArtifactFile.isArtifact(Files.write(path, new byte[0])));
        assertFalse(ArtifactFile.isArtifact(folder));
        assertFalse(ArtifactFile.isArtifact(folder.resolve("none")));
    }
}
