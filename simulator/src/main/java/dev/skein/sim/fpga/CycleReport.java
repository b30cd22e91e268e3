package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.Energy;
import dev.skein.hls.board.Fetch;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.Unit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one simulated step cost. Equal reports mean equal timing: nothing in here depends on the
 * host or on the machine that computed it.
 *
 * @param program name of the program
 * @param board the board
 * @param position POS
 * @param tokens CNT
 * @param cycles kernel cycles from 0 until the last core ended
 * @param cores accounts of each core
 * @param memories traffic of each memory
 * @param fetch instructions read from memory: all their bytes as payload, but as channels only
 *     those that nothing else is read from (the others are among the memories)
 * @param opcodes executions of each opcode of a unit, over all cores
 * @param activity what was done, for the energy estimate
 */
public record CycleReport(String program, Board board, int position, int tokens, long cycles,
        List<CoreCycles> cores, Map<Memory, MemoryTraffic> memories, MemoryTraffic fetch,
        Map<Opcode, OpcodeCycles> opcodes, Activity activity) {
    /** Below this share nothing is called the bound. */
    private static final double BOUND_SHARE = 0.5;

    /** Copies lists and maps. */
    public CycleReport {
        cores = List.copyOf(cores);
        memories = Map.copyOf(memories);
        opcodes = Map.copyOf(opcodes);
    }

    /** Duration on the board, seconds. */
    public double seconds() {
        return board.seconds(cycles);
    }

    /** Tokens of this step over its duration. */
    public double tokensPerSecond() {
        return tokens / seconds();
    }

    /** Physical bytes of all off-chip memories. */
    public long bytesMoved() {
        return fetch.physicalBytes()
                + memories.values().stream().mapToLong(MemoryTraffic::physicalBytes).sum();
    }

    /** Physical bytes of all HBM pseudo-channels: weights, KV cache, parameters, instructions. */
    public long hbmBytes() {
        return memories.get(Memory.HBM).physicalBytes()
                + memories.get(Memory.PARAM).physicalBytes() + fetch.physicalBytes();
    }

    /**
     * Physical HBM bytes over what all pseudo-channels of the card could have moved in these cycles
     * (the data sheet's peak, also channels the program has no use for).
     */
    public double bandwidthUtilisation() {
        return hbmBytes() / (board.hbmPeakBytesPerCycle() * cycles);
    }

    /** Physical bytes over what the channels this memory has could have moved in these cycles. */
    public double bandwidthUtilisation(Memory memory) {
        MemoryTraffic t = memories.get(memory);
        double peakGBps = t.channels()
                * board.memory(memory, 0).dram().peakGBps(board.clockMHz());
        return t.channels() == 0 ? 0 : t.physicalBytes() / (peakGBps * 1e9 * seconds());
    }

    /**
     * How much of the run each resource was busy, 0 to 1: data cycles of the busiest channel of HBM
     * (parameters included) and DDR, busy cycles of the busiest MPE, SFU and SYS.
     */
    public Map<Bound, Double> shares() {
        var shares = new EnumMap<Bound, Double>(Bound.class);
        shares.put(Bound.HBM, share(Math.max(memories.get(Memory.HBM).busiestDataCycles(),
                memories.get(Memory.PARAM).busiestDataCycles())));
        shares.put(Bound.DDR, share(memories.get(Memory.DDR).busiestDataCycles()));
        shares.put(Bound.MPE, busiest(Unit.MPE));
        shares.put(Bound.SFU, busiest(Unit.SFU));
        shares.put(Bound.SYS, busiest(Unit.SYS));
        return shares;
    }

    private double busiest(Unit unit) {
        return share(cores.stream().mapToLong(c -> c.unit(unit).busy()).max().orElse(0));
    }

    private double share(long part) {
        return (double) part / cycles;
    }

    /** The resource with the largest share, or LATENCY if none was busy half of the run. */
    public Bound boundBy() {
        Map<Bound, Double> shares = shares();
        Bound largest = Bound.LATENCY;
        double share = BOUND_SHARE;
        for (var e : shares.entrySet()) {
            if (e.getValue() >= share && (largest == Bound.LATENCY || e.getValue() > share)) {
                largest = e.getKey();
                share = e.getValue();
            }
        }
        return largest;
    }

    /**
     * Estimated energy, joules, by component: static power and the events of {@link Energy}. The
     * bytes of instructions are charged to fetch, not to the memory they come from.
     */
    public Map<EnergyComponent, Double> joulesByComponent() {
        Energy e = board.energy();
        double pico = 1e-12;
        Fetch.Source source = board.fetch().source();
        long fetched = source == Fetch.Source.CHIP ? 0 : fetch.readBytes();
        boolean fromDdr = source == Fetch.Source.DDR;
        double fetchPJPerByte = fromDdr ? e.ddrPJPerByte() : e.hbmPJPerByte();
        long hbm = hbmBytes() - (fromDdr ? 0 : fetched);
        long ddr = memories.get(Memory.DDR).physicalBytes() - (fromDdr ? fetched : 0);
        var joules = new EnumMap<EnergyComponent, Double>(EnergyComponent.class);
        joules.put(EnergyComponent.STATIC, e.staticW() * seconds());
        joules.put(EnergyComponent.HBM, e.hbmPJPerByte() * pico * hbm);
        joules.put(EnergyComponent.DDR, e.ddrPJPerByte() * pico * ddr);
        joules.put(EnergyComponent.MPE, e.macPJ() * pico * activity.macs());
        joules.put(EnergyComponent.SFU, e.sfuPJ() * pico * activity.laneOperations());
        joules.put(EnergyComponent.BUFFERS, e.onChipPJPerByte() * pico * activity.onChipBytes());
        joules.put(EnergyComponent.FETCH, pico * (e.instructionPJ() * activity.instructions()
                + fetchPJPerByte * fetched));
        return joules;
    }

    /** Estimated energy of the step, joules. */
    public double joules() {
        return joulesByComponent().values().stream().mapToDouble(x -> x).sum();
    }

    /** A table for people; see {@link ReportText}. */
    @Override
    public String toString() {
        return ReportText.of(this);
    }
}
