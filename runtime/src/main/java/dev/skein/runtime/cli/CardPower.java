package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.ffi.Answer;
import dev.skein.runtime.GenerationResult;
import dev.skein.runtime.backend.xrt.CardSensors;
import dev.skein.runtime.backend.xrt.PowerMeter;
import dev.skein.runtime.backend.xrt.XrtAccelerator;
import java.io.IOException;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Power of a card while it generated, measured, for people and as JSON.
 *
 * @param energy of the whole card, idle parts included, or why there is none
 */
record CardPower(Answer<PowerMeter.Energy> energy) {

    /** Starts to measure. */
    static PowerMeter meter(XrtAccelerator card) throws IOException {
        CardSensors sensors = card.sensors();
        return PowerMeter.start(sensors::power);
    }

    /** Tokens that went through steps, prompt included. */
    static int tokens(GenerationResult result) {
        return result.prefill().tokens() + result.decode().tokens();
    }

    /** One line; with what was predicted beside it, J, if that was computed. */
    String line(int tokens, OptionalDouble predicted) {
        return switch (energy) {
            case Answer.Missing<PowerMeter.Energy>(String reason) -> "power: " + reason;
            case Answer.Found<PowerMeter.Energy>(PowerMeter.Energy e) -> String.format(Locale.ROOT,
                    "power: %.2f W mean of %d readings in %.3f s (measured: %s); %.4g J a token"
                    + " measured%s", e.meanWatts(), e.readings(), e.seconds(), e.sensor(),
                    e.joules() / tokens, predicted.isPresent() ? String.format(Locale.ROOT,
                            ", %.4g J predicted by the board's coefficients",
                            predicted.getAsDouble() / tokens) : "");
        };
    }

    void put(ObjectNode json, int tokens, OptionalDouble predicted) {
        switch (energy) {
            case Answer.Missing<PowerMeter.Energy>(String reason) -> json.put("missing", reason);
            case Answer.Found<PowerMeter.Energy>(PowerMeter.Energy e) -> {
                json.put("sensor", e.sensor()).put("readings", e.readings())
                        .put("seconds", e.seconds()).put("meanWatts", e.meanWatts())
                        .put("joulesPerToken", e.joules() / tokens);
                predicted.ifPresent(p -> json.put("predictedJoulesPerToken", p / tokens));
            }
        }
    }
}
