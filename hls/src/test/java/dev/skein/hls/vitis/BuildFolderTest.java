package dev.skein.hls.vitis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.Boards;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

class BuildFolderTest {

    private static BuildFolder folder(String board) {
        return BuildFolder.of(Boards.load(board), Boards.text(board), Map.of());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void hasAllThatAVendorsToolNeeds(@TempDir Path temporary) throws IOException {
        Path target = temporary.resolve("u280");
        BuildFolder.of(Boards.load("u280"), Boards.text("u280"),
                Map.of("src/cpp/config.h", "of another board")).write(target);
        assertEquals(List.of("Makefile", "README.md", "board.mk", "board.properties",
                "compile.cfg", "csynth.tcl", "design.json", "link.cfg", "package_rtl.tcl",
                "reports.tcl", "src"), names(target));
        List<String> sources = names(target.resolve("src/cpp"));
        assertTrue(sources.contains("isa.h") && !sources.contains("config.h"), "it would go first");
        assertEquals(List.of("skein_core_c10", "skein_core_c11"),
                names(target.resolve("src/config")));
        assertEquals(Boards.text("u280"), Files.readString(target.resolve("board.properties")));
        assertEquals(Boards.load("u280"), Boards.load(
                target.resolve("board.properties").toString()), "the folder says what it is for");
        assertTrue(Files.readString(target.resolve("README.md")).contains("\nmake hw\n"));
        assertEquals(List.of("u280"), names(temporary), "nothing else is left");
    }

    @Test
    void writesIntoAnEmptyFolderAndRefusesAnyOther(@TempDir Path temporary) throws IOException {
        Path target = Files.createDirectory(temporary.resolve("t"));
        folder("u50").write(target);
        assertTrue(Files.exists(target.resolve("Makefile")));
        Files.writeString(target.resolve("Makefile"), "mine");
        assertEquals(target + ": is there already; name a new folder, or remove it",
                assertThrows(IOException.class, () -> folder("u280").write(target)).getMessage());
        assertEquals("mine", Files.readString(target.resolve("Makefile")));
        Path file = Files.writeString(temporary.resolve("f"), "");
        assertEquals(file + ": is there already; name a new folder, or remove it",
                assertThrows(IOException.class, () -> folder("u280").write(file)).getMessage());
        Path below = temporary.resolve("no/t");
        assertEquals(below + ": there is no folder " + below.getParent() + "; create it first",
                assertThrows(IOException.class, () -> folder("u280").write(below)).getMessage());
        assertEquals(List.of("f", "t"), names(temporary));
    }

    @Test
    void isWrittenWholeOrNotAtAll(@TempDir Path temporary) {
        // A file and a folder of one name cannot both be written.
        var files = new TreeMap<>(folder("u280").files());
        files.put("Makefile/x", "");
        assertThrows(IOException.class, () -> new BuildFolder(Boards.load("u280"), files)
                .write(temporary.resolve("t")));
        assertEquals(0, temporary.toFile().list().length);
    }

    @Test
    void aNameThatAMakeFileWouldActOnIsRefused() {
        String text = Boards.text("u280").replace("\nname=u280\n", "\nname=$(shell id)\n");
        assertEquals("board $(shell id): no Vitis build: its name goes into a make file; it may"
                + " have [A-Za-z0-9._-]{1,64}", assertThrows(BoardException.class,
                () -> BuildFolder.of(Boards.parse("m.properties", text), text, Map.of()))
                .getMessage());
    }

    @Test
    void sourcesThatNeedAnotherConstantAreNotWritten() {
        var uses = Map.of("src/cpp/x.h", "int a[config::ACT_BYTES]; int b[config::NO_SUCH];");
        assertEquals("src/cpp/x.h: config::NO_SUCH: config.h of the build folder has no such"
                + " constant", assertThrows(IllegalStateException.class, () -> BuildFolder.of(
                        Boards.load("u280"), Boards.text("u280"), uses)).getMessage());
    }

    @ParameterizedTest
    @MethodSource("dev.skein.hls.vitis.ConnectivityTest#served")
    void headerAndVariablesAreThoseOfTheBoard(String name) {
        Map<String, String> files = folder(name).files();
        var board = Boards.load(name);
        Kernel kernel = Connectivity.of(board).kernels().getLast();
        String header = files.get("src/config/" + kernel.name() + "/config.h");
        assertTrue(header.contains("constexpr int HBM_PORTS = " + kernel.hbmChannels() + ";\n"),
                header);
        assertTrue(header.contains("constexpr int ACT_BYTES = " + board.buffers().actBytes()
                + ";\n"), header);
        assertTrue(header.contains("constexpr int MV_K = " + board.mpe().mv().k() + ";\n"), header);
        long hertz = Math.round(board.clockMHz() * 1e6);
        assertTrue(files.get("board.mk").contains("CLOCK_HZ := " + hertz + "\n"));
        assertTrue(files.get("compile.cfg").contains("\nclock=" + hertz + ":skein_core"));
        assertFalse(files.get("link.cfg").contains("null"), files.get("link.cfg"));
    }
}
