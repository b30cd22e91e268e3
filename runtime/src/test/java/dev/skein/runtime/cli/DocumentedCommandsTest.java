package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.house.Markdown;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Every {@code skein} command line that a page of the documentation shows can be parsed. */
class DocumentedCommandsTest {

    @Test
    void verbsAndOptionsExist() {
        List<String> wrong = new ArrayList<>();
        for (Markdown page : Markdown.pages()) {
            Stream.concat(page.blockLines().stream(), page.code().stream())
                    .map(line -> line.replaceFirst("^\\$ ", "").replaceFirst("\\s+#.*", ""))
                    .filter(line -> line.matches("(\\./)?skein( .*)?"))
                    .forEach(line -> unknownWord(line).forEach(word ->
                            wrong.add(page.file() + ": '" + word + "' in: " + line)));
        }
        assertEquals(List.of(), wrong);
    }

    private static Stream<String> unknownWord(String line) {
        List<String> words = List.of(line.split("\\s+"));
        CommandLine command = Main.commandLine();
        if (words.size() > 1 && !words.get(1).startsWith("-")) {
            command = command.getSubcommands().get(words.get(1));
            if (command == null) {
                return Stream.of(words.get(1));
            }
            if (words.size() > 2 && command.getSubcommands().containsKey(words.get(2))) {
                command = command.getSubcommands().get(words.get(2));
            }
        }
        CommandLine verb = command;
        return words.stream().skip(1)
                .takeWhile(word -> !word.matches("[|>&;].*"))
                .filter(word -> word.matches("--?[a-zA-Z].*"))
                .map(word -> word.replaceFirst("=.*", ""))
                .filter(word -> verb.getCommandSpec().findOption(word) == null);
    }
}
