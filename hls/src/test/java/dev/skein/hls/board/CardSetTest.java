package dev.skein.hls.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CardSetTest {
    @Test
    void aTargetIsABoardAndHowManyOfIt() {
        assertEquals(2, CardSet.cards("u280*2"));
        assertEquals("u280", CardSet.board("u280*2"));
        assertEquals(1, CardSet.cards("./mine.properties"));
        assertEquals("./mine.properties", CardSet.board("./mine.properties"));
        assertEquals("u280*3", CardSet.name("u280", 3));
        assertEquals("u280", CardSet.name("u280", 1));
        for (String wrong : new String[] {"u280*0", "u280*9"}) {
            assertTrue(assertThrows(BoardException.class, () -> CardSet.cards(wrong)).getMessage()
                    .contains("allowed are 1 to 8"), wrong);
        }
        assertEquals("target u280*2: several cards are for compile, run, simulate and deploy; name"
                + " one: u280", assertThrows(BoardException.class, () -> Boards.load("u280*2"))
                        .getMessage());
    }

    @Test
    void theLinkIsThereWhole() {
        CardLink link = Boards.load("u280").sys().cards().orElseThrow();
        assertEquals(2 * 15e-6 + 1e-3, link.seconds(2, 12_000_000), 1e-12);
        assertTrue(Boards.load("u50").sys().cards().isEmpty());
        String half = Boards.text("u280").replaceAll("(?m)^cards.start_us=.*$", "");
        assertTrue(assertThrows(BoardException.class, () -> BoardReader.read("half", half))
                .getMessage().contains("cards.start_us"));
    }
}
