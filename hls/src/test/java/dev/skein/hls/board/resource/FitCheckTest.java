package dev.skein.hls.board.resource;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.Boards;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class FitCheckTest {
    @TempDir
    private Path folder;

    /** FlightLLM's board with some lines replaced. */
    private Path board(String... lines) throws IOException {
        String text;
        try (InputStream in = Boards.class.getResourceAsStream("u280-flightllm.properties")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (String line : lines) {
            String key = line.substring(0, line.indexOf('='));
            Matcher found = Pattern.compile("(?m)^" + Pattern.quote(key) + "=.*$").matcher(text);
            assertTrue(found.find(), key);
            text = found.replaceFirst(line);
        }
        Path file = folder.resolve("b.properties");
        Files.writeString(file, text);
        return file;
    }

    private String refusal(String... lines) throws IOException {
        String file = board(lines).toString();
        String line = assertThrows(BoardException.class, () -> FitCheck.load(file)).getMessage();
        assertFalse(line.contains("\n"), line);
        return line;
    }

    @Test
    void theBuiltInOnesFit() {
        for (String name : Boards.names()) {
            assertDoesNotThrow(() -> FitCheck.load(name));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            buffer.wgt_KiB=2048 | BRAM36 in SLR1: needs 672, has 518 (90 % of 576); nearest fit: \
            buffer.wgt_KiB=1408 (now 2048)
            buffer.act_KiB=9216 | URAM in SLR0: needs 296, has 288 (90 % of 320); nearest fit: \
            buffer.act_KiB=8960 (now 9216)
            mpe.mm.n=4 | DSP in SLR0: needs 4,163, has 2,397 (90 % of 2,664); nearest fit: \
            mpe.mm.m=64 (now 128)
            mpe.mv.n=256 | DSP in SLR0: needs 4,163, has 2,397 (90 % of 2,664); nearest fit: \
            mpe.mv.n=128 (now 256)
            """)
    void refusalsNameWhatWouldFit(String line, String message) throws IOException {
        assertEquals("board u280-flightllm does not fit: " + message, refusal(line));
    }

    @Test
    void severalValuesAreChangedWhereOneDoesNotDo() throws IOException {
        String line = refusal("buffer.wgt_KiB=4096", "mpe.mm.n=4");
        assertTrue(line.contains("buffer.wgt_KiB=1408 (now 4096)")
                && line.contains("mpe.mm.m=64 (now 128)"), line);
    }

    @Test
    void whatIsNamedFits() throws IOException {
        assertDoesNotThrow(() -> FitCheck.load(board("buffer.wgt_KiB=1408").toString()));
        assertTrue(refusal("buffer.wgt_KiB=1472").contains("needs 528, has 518"));
    }

    @Test
    void coresInOneSlrShareIt() throws IOException {
        assertTrue(refusal("cores.slr=0,0,2").startsWith(
                "board u280-flightllm does not fit: URAM in SLR0: needs 528, has 288"));
        assertTrue(refusal("card.slr.LUT=1000,364000,381000")
                .endsWith("nearest fit: none with these cores in their SLRs: change cores and"
                        + " cores.slr"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            cores.slr=0,1 | 'cores.slr': found '2 SLRs'; allowed: one for each of the 3 cores
            cores.slr=0,1,3 | 'cores.slr': found '0,1,3'; allowed: integers from 0 to 2 separated \
            by commas
            cores.slr=0,,2 | 'cores.slr': found '0,,2'; allowed: integers from 0 to 2 separated by \
            commas
            card.slr.DSP=1,2 | 'card.slr.DSP': found '2 SLRs'; allowed: as many as card.slr.LUT: 3
            card.technology=ice40 | 'card.technology': found 'ice40'; allowed: the name of a file \
            in technology/
            card.technology=../u280 | 'card.technology': found '../u280'; allowed: the name of a \
            file in technology/
            overlay.act.ram=sram | 'overlay.act.ram': found 'sram'; allowed: bram, uram
            overlay.storeFifo.ram=uram | 'overlay.storeFifo.ram': found 'uram'; allowed: bram, \
            lutram
            overlay.sfu.format=bfloat16 | 'overlay.sfu.format': found 'bfloat16'; allowed: \
            binary32, binary16
            overlay.index_KiB=-1 | 'overlay.index_KiB': found '-1'; allowed: an integer from 0 to \
            16384
            """)
    void eachRuleHasItsLine(String line, String message) throws IOException {
        String text = refusal(line);
        assertTrue(text.endsWith("b.properties: key " + message), text);
    }
}
