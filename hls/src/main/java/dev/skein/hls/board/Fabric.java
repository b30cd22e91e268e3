package dev.skein.hls.board;

import java.util.List;

/**
 * What the overlay is built of on this card, for the resource model.
 *
 * @param technology coefficients of the device family
 * @param slrs what each SLR (die) has for the overlay, without the card's shell
 * @param coreSlr the SLR each core is in
 * @param act memory of the activation buffer
 * @param wgt memory of the weight buffer
 * @param par memory of the parameter buffer
 * @param indexBytes block RAM for sparse indexes apart from WGT, a core; 0 if they lie in WGT
 * @param storeFifo memory of the FIFOs of ST streams
 * @param sfu arithmetic of the lanes
 * @param platform what the vendor's tools know the card by
 */
public record Fabric(Technology technology, List<Resources> slrs, List<Integer> coreSlr,
        RamKind act, RamKind wgt, RamKind par, int indexBytes, RamKind storeFifo, SfuFormat sfu,
        Platform platform) {

    /** Copies the lists. */
    public Fabric {
        slrs = List.copyOf(slrs);
        coreSlr = List.copyOf(coreSlr);
    }
}
