package dev.skein.sim.fpga;

import dev.skein.hls.isa.Unit;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Accounts of one core.
 *
 * @param sequencer the sequencer
 * @param units by {@link Unit} ordinal
 */
public record CoreCycles(SequencerCycles sequencer, List<UnitCycles> units) {
    /** Copies the list. */
    public CoreCycles {
        units = List.copyOf(units);
    }

    /** The account of both. */
    public CoreCycles plus(CoreCycles o) {
        return new CoreCycles(sequencer.plus(o.sequencer), IntStream.range(0, units.size())
                .mapToObj(u -> units.get(u).plus(o.units.get(u))).toList());
    }

    /** The account of a unit with a queue. */
    public UnitCycles unit(Unit unit) {
        return units.get(unit.ordinal());
    }
}
