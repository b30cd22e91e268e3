package dev.skein.sim.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class GangTest {
    @Test
    void everyPieceIsDoneOnce() {
        for (int round = 0; round < 2000; round++) {
            int count = 1 + round % 9;
            var done = new AtomicIntegerArray(count);
            Gang.run((index, _) -> done.incrementAndGet(index), count);
            for (int i = 0; i < count; i++) {
                assertEquals(1, done.get(i), "piece " + i + " of " + count);
            }
        }
    }

    @Test
    void severalCallersDoNotMix() throws InterruptedException {
        var sum = new AtomicInteger();
        var callers = new ArrayList<Thread>();
        for (int c = 0; c < 4; c++) {
            callers.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 500; round++) {
                    var own = new AtomicInteger();
                    Gang.run((index, _) -> own.addAndGet(index), 10);
                    sum.addAndGet(own.get());
                }
            }));
        }
        for (Thread t : callers) {
            t.join();
        }
        assertEquals(4 * 500 * 45, sum.get());
    }

    @Test
    void aFailureReachesTheCallerAndTheNextJobRuns() {
        for (int bad = 0; bad < 6; bad++) {
            int piece = bad;
            var failure = new IllegalStateException("piece " + bad);
            assertSame(failure, assertThrows(IllegalStateException.class, () -> Gang.run(
                    (index, _) -> {
                        if (index == piece) {
                            throw failure;
                        }
                    }, 6)));
            var error = new StackOverflowError();
            assertSame(error, assertThrows(StackOverflowError.class, () -> Gang.run((index, _) -> {
                if (index == piece) {
                    throw error;
                }
            }, 6)));
        }
        everyPieceIsDoneOnce();
    }
}
