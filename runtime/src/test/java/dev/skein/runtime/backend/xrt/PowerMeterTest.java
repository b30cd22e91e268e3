package dev.skein.runtime.backend.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.skein.ffi.Answer;
import dev.skein.ffi.xrt.Sensor;
import dev.skein.ffi.xrt.Sensor.Quantity;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Energy of readings on a clock that the test sets. */
class PowerMeterTest {
    private final AtomicLong nanos = new AtomicLong(7);
    private final Deque<Double> watts = new ArrayDeque<>();

    private Optional<Sensor> read() throws IOException {
        Double next = watts.poll();
        if (next == null) {
            throw new IOException("the file is gone");
        }
        return Optional.of(new Sensor(Quantity.POWER, "Total Power", next, "a test"));
    }

    @Test
    void readingsAreJoinedByLines() {
        watts.addAll(List.of(10.0, 30.0, 30.0));
        var meter = new PowerMeter(this::read, nanos::get);
        meter.sample();
        nanos.addAndGet(1_000_000_000);
        meter.sample();
        nanos.addAndGet(500_000_000);
        PowerMeter.Energy energy = meter.stop().orElseThrow(IllegalStateException::new);
        assertEquals(20 + 15, energy.joules(), 1e-9);
        assertEquals(35 / 1.5, energy.meanWatts(), 1e-9);
        assertEquals(3, energy.readings());
        assertEquals("Total Power of a test", energy.sensor());
    }

    @Test
    void aSensorThatIsGoneIsNoMeasurement() {
        watts.add(10.0);
        var meter = new PowerMeter(this::read, nanos::get);
        meter.sample();
        assertEquals("power was not measured: the file is gone", reason(meter));
        assertEquals("no power sensor", reason(PowerMeter.start(Optional::empty)));
    }

    @Test
    void withoutTimeThereIsNoPower() {
        watts.addAll(List.of(10.0, 10.0));
        var meter = new PowerMeter(this::read, nanos::get);
        meter.sample();
        assertEquals("power was not measured: no time passed between readings", reason(meter));
    }

    private static String reason(PowerMeter meter) {
        return assertInstanceOf(Answer.Missing.class, meter.stop()).reason();
    }
}
