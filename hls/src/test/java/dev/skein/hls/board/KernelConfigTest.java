package dev.skein.hls.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelConfigTest {
    @TempDir
    private Path folder;

    @Test
    void theCommittedHeaderIsTheOneOfTheBoard() throws IOException {
        assertEquals(KernelConfig.text(Boards.load(KernelConfig.BOARD)),
                Files.readString(Path.of("..").resolve(KernelConfig.HEADER)),
                "run dev.skein.hls.board.KernelConfig from the root of the repository");
    }

    @Test
    void everyBoardHasOneWithAPortAChannel() {
        for (String name : Boards.names()) {
            Board board = Boards.load(name);
            String text = KernelConfig.text(board);
            int most = 0;
            for (CoreMemories m : board.memories()) {
                most = Math.max(most, m.hbm().channels());
            }
            assertEquals(most, text.split("X\\(hbm, ", -1).length - 1, name);
            assertTrue(text.contains("constexpr int CORES = " + board.cores() + ";"), name);
            assertTrue(text.lines().allMatch(line -> line.length() <= 100), name);
        }
    }

    @Test
    void writesTheHeaderOfABoard() throws IOException {
        Path file = folder.resolve("config.h");
        KernelConfig.main(new String[] {"u50", file.toString()});
        assertEquals(KernelConfig.text(Boards.load("u50")), Files.readString(file));
    }

    @Test
    void refusesStripesThatAreNoBeats() {
        String text = Boards.text("u280").replace("hbm.stripe_bytes=64", "hbm.stripe_bytes=32")
                .replace("hbm.access_bytes=64", "hbm.access_bytes=32");
        assertEquals("board u280: stripes of 32 bytes; kernels need a multiple of 64",
                assertThrows(BoardException.class, () ->
                        KernelConfig.text(Boards.parse("narrow", text))).getMessage());
    }
}
