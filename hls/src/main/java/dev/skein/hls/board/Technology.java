package dev.skein.hls.board;

import java.util.Map;

/**
 * How much of a device family the parts of the overlay take; one file a family in
 * {@code technology/}, which states the source of each coefficient.
 *
 * @param name as a board file gives it in {@code card.technology}
 * @param activationsPerWeight products of one DSP that share a weight: 2 int8 in a DSP48E2
 * @param dotProductTerms int8 products one DSP sums along k: 3 in a DSP58
 * @param bramBytes data of a block RAM, parity unused
 * @param uramBytes data of an UltraRAM, parity unused
 * @param portBytes data a block RAM or UltraRAM reads in a cycle at one port
 * @param operandMuxLut selection of one int8 operand of 16 by a sparse index
 * @param expanderLut a weight of 2 to 8 bits to int8
 * @param streamControlLut control and data mover of one LD or ST stream
 * @param streamFifoBram36 its FIFO in block RAM
 * @param streamFifoLut its FIFO in LUTRAM
 * @param portInterconnectLut switch port, clock crossing and register slices of one memory port
 * @param sfu size of a special function unit
 * @param ffPerLut flip-flops, which are not modelled apart
 * @param usablePercent what of each resource a design can use and still be routed
 */
public record Technology(String name, int activationsPerWeight, int dotProductTerms, int bramBytes,
        int uramBytes, int portBytes, int operandMuxLut, int expanderLut, int streamControlLut,
        int streamFifoBram36, int streamFifoLut, int portInterconnectLut,
        Map<SfuFormat, SfuSize> sfu, double ffPerLut, Map<Resource, Integer> usablePercent) {

    /**
     * Size of an SFU.
     *
     * @param laneLut a lane: multiply, add, compare, round, read and write
     * @param laneDsp of a lane
     * @param exponentialLut an exponential with its division; a lane each, or fewer where the
     *     board gives activations several sweeps
     * @param exponentialDsp of an exponential
     * @param coreDsp once a core
     */
    public record SfuSize(int laneLut, int laneDsp, int exponentialLut, int exponentialDsp,
            int coreDsp) {}

    /** Copies the maps. */
    public Technology {
        sfu = Map.copyOf(sfu);
        usablePercent = Map.copyOf(usablePercent);
    }

    /** What of a die a design can use. */
    public long usable(Resource resource, Resources die) {
        return die.of(resource) * usablePercent.get(resource) / 100;
    }
}
