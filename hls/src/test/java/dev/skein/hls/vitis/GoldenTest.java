package dev.skein.hls.vitis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The configuration of two boards to the letter: cores that are unlike, and an embedded board. */
class GoldenTest {

    @ParameterizedTest
    @ValueSource(strings = {"u280", "kv260"})
    void linkConfigurationsAreTheseTexts(String name) throws IOException {
        Board board = Boards.load(name);
        try (InputStream in = GoldenTest.class.getResourceAsStream(name + ".link.cfg")) {
            assertEquals(new String(in.readAllBytes(), StandardCharsets.UTF_8),
                    LinkConfig.link(board, Connectivity.of(board)));
        }
    }
}
