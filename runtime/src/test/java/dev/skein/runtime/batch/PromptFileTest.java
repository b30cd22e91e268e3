package dev.skein.runtime.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.compiler.frontend.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptFileTest {
    @TempDir
    private Path folder;

    private List<PromptFile.Prompt> read(byte[] bytes) throws IOException {
        return PromptFile.read(Files.write(folder.resolve("p"), bytes));
    }

    private List<PromptFile.Prompt> read(String text) throws IOException {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void linesAndObjects() throws IOException {
        assertEquals(List.of(new PromptFile.Prompt(" A cat", OptionalInt.empty()),
                new PromptFile.Prompt("{\n", OptionalInt.of(3)),
                new PromptFile.Prompt("", OptionalInt.empty()),
                new PromptFile.Prompt("süß", OptionalInt.empty())),
                read(" A cat\r\n\n  {\"tokens\": 3, \"prompt\": \"{\\n\"}\n{\"prompt\": \"\"}\n"
                        + "süß"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{ | line 2, line: found Unexpected end-of-input",
        "{} {} | line 2, line: found",
        "{\"tokens\": 1} | line 2, prompt: found none",
        "{\"prompt\": 1} | line 2, prompt: found 1",
        "{\"prompt\": \"a\", \"tokens\": 0} | line 2, tokens: found 0",
        "{\"prompt\": \"a\", \"tokens\": 1.5} | line 2, tokens: found 1.5",
        "{\"prompt\": \"a\", \"tokens\": 99999999999} | line 2, tokens: found 99999999999",
        "{\"prompt\": \"a\", \"tokens\": \"9\"} | line 2, tokens: found \"9\"",
        "{\"prompt\": \"a\", \"n\": 9} | line 2, n: found 9"})
    void linesThatAreWrong(String line, String said) {
        String message = assertThrows(FormatException.class, () -> read("good\n" + line + "\n"))
                .getMessage();
        assertEquals(true, message.contains(said), message);
        assertEquals(1, message.lines().count(), message);
        assertEquals(true, message.startsWith(folder.resolve("p").toString()), message);
    }

    @Test
    void filesThatAreWrong() throws IOException {
        assertEquals("prompts", assertThrows(FormatException.class, () -> read(new byte[0]))
                .field());
        assertEquals("text", assertThrows(FormatException.class,
                () -> read(new byte[] {'a', (byte) 0xff})).field());
        assertThrows(NoSuchFileException.class, () -> PromptFile.read(folder.resolve("none")));
        assertEquals("size", assertThrows(FormatException.class, () -> PromptFile.read(folder))
                .field());
    }
}
