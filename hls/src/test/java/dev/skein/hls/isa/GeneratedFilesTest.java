package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed files are what the table gives, and C++ reads them as Java does. */
class GeneratedFilesTest {
    private static final long SEED = 99;

    @TempDir
    private Path folder;

    @Test
    void filesAreUpToDate() throws IOException {
        Path root = IsaGenerator.root(Path.of(""));
        for (var file : IsaGenerator.files().entrySet()) {
            assertEquals(file.getValue(), Files.readString(root.resolve(file.getKey())),
                    file.getKey() + " is not what IsaGenerator writes; run it");
        }
    }

    @Test
    void generatorWritesBoth() throws IOException {
        IsaGenerator.main(new String[] {folder.toString()});
        for (var file : IsaGenerator.files().entrySet()) {
            assertEquals(file.getValue(), Files.readString(folder.resolve(file.getKey())));
        }
    }

    @Test
    @DisplayName("isa.h compiles with g++ and prints the table")
    void headerPrintsTheTable() throws Exception {
        Path program = compile("""
                #include "isa.h"
                int main() { skein::isa::print_table(stdout); }
                """);
        assertEquals(IsaHeader.table(), run(List.of(program.toString()), ""));
    }

    @Test
    @DisplayName("isa.h compiles with g++ and takes instructions apart and together")
    void headerReadsInstructions() throws Exception {
        Path program = compile("""
                #include "isa.h"
                #include <cinttypes>
                int main() {
                    skein::isa::Word in;
                    while (std::fread(&in, sizeof in, 1, stdin) == 1) {
                        skein::isa::Word out = {};
                        const skein::isa::Row *row = skein::isa::find(in.w[0] & 63);
                        std::printf("%s", row->mnemonic);
                        for (int i = 0; i < row->count; ++i) {
                            std::uint64_t value = skein::isa::get(in, row->fields[i]);
                            std::printf(" %" PRIu64, value);
                            skein::isa::set(out, row->fields[i], value);
                        }
                        for (int i = 0; i < 4; ++i) {
                            std::printf(out.w[i] == in.w[i] ? "" : " differs");
                        }
                        std::printf("\\n");
                    }
                }
                """);
        var random = new SplittableRandom(SEED);
        var stream = new ArrayList<Instruction>();
        var expected = new StringBuilder();
        for (int n = 0; n < 500; n++) {
            Instruction instruction = RandomInstructions.any(random);
            stream.add(instruction);
            expected.append(instruction.opcode().mnemonic());
            long[] words = InstructionCodec.encode(instruction);
            for (Field f : instruction.opcode().fields()) {
                long stored = words[f.word()] >>> f.shift() & Layout.mask(f);
                expected.append(' ').append(stored * f.granule());
            }
            expected.append('\n');
        }
        Path input = folder.resolve("stream");
        Files.write(input, InstructionCodec.encodeStream(stream));
        assertEquals(expected.toString(), run(List.of(program.toString()), input.toString()),
                "seed " + SEED);
    }

    private Path compile(String source) throws Exception {
        boolean present = List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(p -> Files.isExecutable(Path.of(p, "g++")));
        if ("true".equals(System.getenv("CI"))) {
            assertEquals(true, present, "CI needs g++");
        }
        assumeTrue(present, "g++ is not installed");
        Path header = IsaGenerator.root(Path.of("")).resolve("hls/src/main/cpp");
        Path main = Files.writeString(folder.resolve("main.cpp"), source);
        Path program = folder.resolve("main");
        String said = run(List.of("g++", "-std=c++14", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                "-I", header.toString(), "-o", program.toString(), main.toString()), "");
        assertEquals("", said);
        assertFalse(Files.notExists(program));
        return program;
    }

    private static String run(List<String> command, String input) throws Exception {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (!input.isEmpty()) {
            builder.redirectInput(Path.of(input).toFile());
        }
        Process process = builder.start();
        try (InputStream out = process.getInputStream()) {
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), text);
            return text;
        }
    }
}
