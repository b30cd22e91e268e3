package dev.skein.runtime.explore;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Memory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the search chooses of a board file.
 *
 * @param coreSlr the SLR of each core, so also their number
 * @param channels memory channels of each core's weights and KV cache
 * @param paramChannels memory channels of each core's parameters, 0 or 1
 * @param numbers all other values
 */
public record Design(List<Integer> coreSlr, List<Integer> channels, int paramChannels,
        Map<Gene, Integer> numbers) {
    /** Softmax sweeps a row for its maximum and to scale it, besides the exponentials. */
    private static final int SOFTMAX_OTHER_PASSES = 2;

    /** Copies lists and map. */
    public Design {
        coreSlr = List.copyOf(coreSlr);
        channels = List.copyOf(channels);
        numbers = Collections.unmodifiableMap(new EnumMap<>(numbers));
    }

    /** The values a board has. */
    static Design of(Board board) {
        var numbers = new EnumMap<Gene, Integer>(Gene.class);
        for (Gene gene : Gene.values()) {
            numbers.put(gene, gene.of(board));
        }
        return new Design(board.fabric().coreSlr(), IntStream.range(0, board.cores())
                .mapToObj(core -> board.memory(Memory.HBM, core).channels()).toList(),
                board.memory(Memory.PARAM, 0).channels(), numbers);
    }

    Design with(Gene gene, int value) {
        var other = new EnumMap<>(numbers);
        other.put(gene, value);
        return new Design(coreSlr, channels, paramChannels, other);
    }

    /** The values as a board file has them. */
    Map<String, String> values(Board base) {
        var out = new LinkedHashMap<String, String>();
        out.put("cores", Integer.toString(coreSlr.size()));
        out.put("cores.slr", list(coreSlr));
        out.put("hbm.weights.channelsPerCore", perCore(channels));
        out.put("hbm.param.channelsPerCore", Integer.toString(paramChannels));
        out.put("hbm.crossing_cycles", perCore(crossings(base, Memory.HBM)));
        out.put("ddr.crossing_cycles", perCore(crossings(base, Memory.DDR)));
        numbers.forEach((gene, value) -> out.put(gene.key(), value.toString()));
        out.put("sfu.softmax.passes", Integer.toString(
                SOFTMAX_OTHER_PASSES + numbers.get(Gene.ACTIVATION_PASSES)));
        return out;
    }

    /** A core has the way of its SLR, which a core of the base board shows. */
    private List<Integer> crossings(Board base, Memory memory) {
        var out = new ArrayList<Integer>();
        for (int slr : coreSlr) {
            out.add(IntStream.range(0, base.cores())
                    .filter(core -> base.fabric().coreSlr().get(core) == slr)
                    .map(core -> base.memory(memory, core).crossingCycles()).findFirst()
                    .orElseGet(() -> IntStream.range(0, base.cores())
                            .map(core -> base.memory(memory, core).crossingCycles()).max()
                            .orElseThrow()));
        }
        return out;
    }

    /** One number if all cores have the same. */
    private static String perCore(List<Integer> values) {
        return values.stream().allMatch(values.getFirst()::equals)
                ? values.getFirst().toString() : list(values);
    }

    private static String list(List<Integer> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
