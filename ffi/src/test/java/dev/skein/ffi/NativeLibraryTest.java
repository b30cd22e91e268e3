package dev.skein.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
    private static final FunctionDescriptor INT_TO_INT =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    @TempDir
    Path folder;

    @Test
    void aMissingFileIsAnAnswer() {
        Path path = folder.resolve("libnone.so");
        assertEquals("library " + path + ": no such file",
                reason(NativeLibrary.open(path, Arena.ofAuto())));
    }

    @Test
    void aFileThatIsNoLibraryIsAnAnswer() throws IOException {
        Path path = Files.writeString(folder.resolve("libtext.so"), "text");
        assertEquals("library " + path + ": not one that this system can load",
                reason(NativeLibrary.open(path, Arena.ofAuto())));
    }

    @Test
    void anUnknownNameIsAnAnswer() {
        assertEquals("library libskein-none.so.7: not found on this system",
                reason(NativeLibrary.find("libskein-none.so.7", Arena.ofAuto())));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void callsAFunctionAndAnswersForOneThatIsMissing() throws Throwable {
        try (var arena = Arena.ofConfined()) {
            NativeLibrary c = NativeLibrary.find("libc.so.6", arena)
                    .orElseThrow(IOException::new);
            MethodHandle abs = c.function("abs", INT_TO_INT).orElseThrow(IOException::new);
            assertEquals(7, (int) abs.invokeExact(-7));
            assertEquals("library libc.so.6: no function skein_none",
                    reason(c.function("skein_none", INT_TO_INT)));
        }
    }

    /** {@code abs}. */
    public interface Magnitude {
        int of(int value);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFunctionIsAnInterface() throws IOException {
        Magnitude abs = NativeLibrary.find("libc.so.6", Arena.ofAuto())
                .then(c -> c.function("abs", INT_TO_INT, Magnitude.class))
                .orElseThrow(IOException::new);
        assertEquals(7, abs.of(-7));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aCallAfterTheArenaClosedIsAnException() {
        MethodHandle abs;
        try (var arena = Arena.ofConfined()) {
            Answer<MethodHandle> found = NativeLibrary.find("libc.so.6", arena)
                    .then(c -> c.function("abs", INT_TO_INT));
            assumeTrue(found.toOptional().isPresent(), "no libc.so.6");
            abs = found.toOptional().get();
        }
        assertThrows(IllegalStateException.class, () -> abs.invoke(-7));
    }

    @Test
    void aReasonGoesThroughAChainUnchanged() {
        Answer<NativeLibrary> none = NativeLibrary.find("libskein-none.so.7", Arena.ofAuto());
        Answer<MethodHandle> chained = none.then(l -> l.function("f", INT_TO_INT));
        var e = assertThrows(IOException.class, () -> chained.orElseThrow(IOException::new));
        assertEquals(reason(none), e.getMessage());
        assertTrue(chained.toOptional().isEmpty());
    }

    private static String reason(Answer<?> answer) {
        return assertInstanceOf(Answer.Missing.class, answer).reason();
    }
}
