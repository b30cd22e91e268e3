package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class VersionTest {

    @Test
    void buildWritesItsVersionIntoTheResource() {
        assertTrue(Version.number().matches("\\d+\\.\\d+\\.\\d+.*"), Version.number());
    }

    @Test
    void versionCommandNamesSkeinAndJava() {
        StringWriter out = new StringWriter();
        int code = new CommandLine(new VersionCommand())
                .setOut(new PrintWriter(out))
                .execute();
        assertEquals(0, code);
        assertTrue(out.toString().startsWith("skein " + Version.number()), out.toString());
        assertTrue(out.toString().contains("Java 25"), out.toString());
    }
}
