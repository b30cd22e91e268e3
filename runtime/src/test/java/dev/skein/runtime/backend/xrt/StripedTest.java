package dev.skein.runtime.backend.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.hls.board.Boards;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.isa.Memory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The inverse of the address map that the board's memories state for a single byte. */
class StripedTest {

    @ParameterizedTest
    @CsvSource({"HBM, 0", "HBM, 2", "DDR, 0"})
    void piecesCoverARangeOnceEach(Memory kind, int core) {
        OffChipMemory memory = Boards.load("u280").memory(kind, core);
        var striped = Striped.of(memory);
        long from = 12_345;
        long to = 98_765;
        long[] next = {0};
        long covered = 0;
        for (int c = 0; c < memory.channels(); c++) {
            int channel = c;
            long first = striped.below(c, from);
            long last = striped.below(c, to);
            next[0] = first;
            striped.pieces(c, first, (int) (last - first), (address, at, n) -> {
                assertEquals(next[0], first + at);
                for (int i = 0; i < n; i++) {
                    assertEquals(channel, memory.channel(address + i));
                    assertEquals(first + at + i, memory.local(address + i));
                }
                next[0] += n;
            });
            assertEquals(last, next[0]);
            covered += last - first;
        }
        assertEquals(to - from, covered);
    }
}
