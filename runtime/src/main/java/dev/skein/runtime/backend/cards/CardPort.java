package dev.skein.runtime.backend.cards;

import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.runtime.device.StepCost;
import java.util.Optional;

/** A card, or what stands for one. Used by one thread at a time. */
public interface CardPort extends AutoCloseable {

    /**
     * Writes to the card's DDR.
     *
     * @param address first byte
     */
    void write(long address, byte[] bytes);

    /**
     * Reads from the card's DDR.
     *
     * @param address first byte
     */
    byte[] read(long address, int bytes);

    /**
     * Runs a program from its first instruction to the last one.
     *
     * @param name of the program, the same only for the same one
     * @param position POS
     * @param tokens CNT
     * @return what it cost, where time is simulated
     */
    Optional<StepCost> run(String name, VerifiedProgram program, int position, int tokens);

    /** Whether what it computes means anything. */
    default boolean computes() {
        return true;
    }

    /** For people: {@code card 1}. */
    String description();

    @Override
    void close();
}
