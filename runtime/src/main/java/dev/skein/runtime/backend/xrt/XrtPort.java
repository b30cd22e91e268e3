package dev.skein.runtime.backend.xrt;

import dev.skein.hls.isa.CardSplit;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.runtime.backend.cards.CardPort;
import dev.skein.runtime.device.StepCost;
import java.util.Optional;

/**
 * A card as one of several.
 *
 * @param device loaded with its part of a model
 */
record XrtPort(XrtAccelerator device) implements CardPort {

    private static Region at(long address, int bytes) {
        return new Region(CardSplit.REGION, Memory.DDR, Region.SHARED, Region.Kind.SCRATCH, 0,
                address, bytes);
    }

    @Override
    public void write(long address, byte[] bytes) {
        device.memory().write(at(address, bytes.length), bytes);
    }

    @Override
    public byte[] read(long address, int bytes) {
        return device.memory().read(at(address, bytes), bytes);
    }

    @Override
    public Optional<StepCost> run(String name, VerifiedProgram program, int position,
            int tokens) {
        device.run(name, program.program(), position, tokens);
        return Optional.empty();
    }

    @Override
    public boolean computes() {
        return device.computes();
    }

    @Override
    public String description() {
        return device.cardName();
    }

    @Override
    public void close() {
        device.close();
    }
}
