package dev.skein.compiler.artifact;

import dev.skein.compiler.fpga.MemoryImages;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.ProgramSet;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.ModelHeader;
import dev.skein.hls.board.CardSet;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.VerifiedProgram;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A compiled model: all that a device needs to run it. What an artifact file holds.
 *
 * @param header configuration and tokenizer of the model
 * @param board name of the board it was compiled for; {@code u280*2} for two cards of it
 * @param weights weight scheme, for reports: {@code w4g16}
 * @param programs of both phases, with the lengths they serve
 * @param images contents of the read-only regions
 * @param stripes how the channels of a memory share its addresses
 * @param provenance versions, seeds and source hashes, by name
 */
public record Executable(ModelHeader header, String board, String weights,
        ProgramSet programs, MemoryImages images,
        Map<Memory, Stripes> stripes, Map<String, String> provenance) {
    /** Provenance of {@link #attentionSparsity}. */
    public static final String ATTENTION_SPARSITY = "attentionSparsity";

    private static final Pattern SHARE = Pattern.compile("0\\.\\d{1,9}");

    /** Copies the maps. */
    public Executable {
        stripes = Map.copyOf(stripes);
        provenance = Map.copyOf(provenance);
    }

    /** Configuration of the model. */
    public ModelConfig config() {
        return header.config();
    }

    /**
     * Share of the 64 x 64 blocks of attention that the programs leave out of the longest sequence,
     * by the provenance; 0 if it does not say.
     */
    public double attentionSparsity() {
        String share = provenance.getOrDefault(ATTENTION_SPARSITY, "");
        return SHARE.matcher(share).matches() ? Double.parseDouble(share) : 0;
    }

    /** Cards that run it together. */
    public int cards() {
        return CardSet.cards(board);
    }

    /** Name of the board that each card is. */
    public String cardBoard() {
        return CardSet.board(board);
    }

    /** The program of a phase that serves the longest contexts. */
    public VerifiedProgram program(Phase phase) {
        return programs.longest(phase);
    }

    /** Positions of the KV cache. */
    public int maxContext() {
        return programs.maxContext();
    }

    /** Encoded size of the programs, all cores, bytes. */
    public long programBytes() {
        return programs.encodedBytes();
    }
}
