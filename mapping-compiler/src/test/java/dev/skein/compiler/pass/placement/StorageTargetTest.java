package dev.skein.compiler.pass.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.BoardException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Targets as text. */
class StorageTargetTest {

    @Test
    void hostDriveAndCountAreRead() {
        StorageTarget target = StorageTarget.parse("a6000+instcsd*3").getFirst();
        assertEquals("a6000", target.host().name());
        assertEquals("instcsd", target.drive().name());
        assertEquals(3, target.drives());
        assertEquals("a6000+instcsd*3", target.toString());
        assertEquals(1, StorageTarget.parse("a6000+instcsd").getFirst().drives());
    }

    @Test
    void aNumberAloneIsAnotherCount() {
        assertEquals(List.of("a6000+instcsd*1", "a6000+instcsd*20", "a6000+openssd*4"),
                StorageTarget.parse("a6000+instcsd*1,20,a6000+openssd*4").stream()
                        .map(StorageTarget::toString).toList());
    }

    @Test
    void boardsHaveNoDrives() {
        assertTrue(StorageTarget.hasDrives("a6000+instcsd"));
        assertFalse(StorageTarget.hasDrives("u280"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
            "a6000+instcsd*0|'0' drives, allowed: 1 to 1024",
            "a6000+instcsd*-1|'-1' drives",
            "a6000+instcsd*|'' drives",
            "a6000+instcsd*9999999|'9999999' drives",
            "a6000+|'a6000+' names no drive",
            "a6000+*2|'a6000+*2' names no drive",
            "+instcsd|no host and its drives",
            "a6000+instcsd+instcsd|no host and its drives",
            "2,a6000+instcsd|'2' is no host",
            "a6000+instcsd,|'' is no host",
            "a6000+nvme|drive 'nvme': not found",
            "a7000+instcsd|host 'a7000': not found"})
    void whatIsMalformedIsSaidInOneLine(String text, String message) {
        String said = assertThrows(BoardException.class, () -> StorageTarget.parse(text))
                .getMessage();
        assertTrue(said.contains(message), said);
        assertEquals(1, said.lines().count(), said);
    }
}
