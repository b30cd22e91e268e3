package dev.skein.compiler.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTextTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "dense; dense",
        "sparf:r=16,k=128,local=64; sparf:r=16,k=128,local=64",
        "sparf:k=128,r=16; sparf:r=16,k=128,local=1",
        "sparq:r=1,k=1; sparq:r=1,k=1,local=1",
        "h2o:k=9; h2o:k=9,local=4",
        "h2o:k=1; h2o:k=1,local=1",
        "keyformer:k=8,seed=5; keyformer:k=8,local=4,seed=5",
        "streaming:window=60; streaming:sinks=4,window=60",
        "local:window=2147483647; local:window=2147483647"})
    void whatIsPrintedIsReadAgain(String text, String printed) {
        AttentionPolicy policy = PolicyText.parse(text);
        assertEquals(printed, policy.toString());
        assertEquals(policy, PolicyText.parse(printed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dens", "dense:k=1", "sparf", "sparf:", "sparf:r=16",
        "sparf:r=16,k", "sparf:r=16,k=", "sparf:r=16,k=x", "sparf:r=16,k=-1", "sparf:r=16,k=1,k=1",
        "sparf:r=16,k=128,", "sparf:r=16,k=128,window=3", "sparf:r=0,k=1", "sparf:r=1,k=2,local=3",
        "sparf:r=1,k=2,local=0", "sparf:r=1,k=2147483648", "sparf:r=1,k=99999999999999999999",
        "sparf:r=1,k=2 ", "SPARF:r=1,k=2", "h2o:k=0", "h2o:local=1", "h2o:k=4,local=5",
        "streaming:sinks=4", "streaming:window=0", "local:window=0", "local:k=4", "keyformer:k=0",
        "sparf:=1", "sparf:r=16;k=1"})
    void othersAreRefusedInOneSentence(String text) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> PolicyText.parse(text)).getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.contains("allowed") || message.contains("at least"), message);
    }

    @Test
    void theLineSaysWhatIsWrongAndWhatThereIs() {
        assertEquals("attention 'sparf:r=16': k is missing; allowed: " + PolicyText.FORMS,
                assertThrows(IllegalArgumentException.class,
                        () -> PolicyText.parse("sparf:r=16")).getMessage());
    }
}
