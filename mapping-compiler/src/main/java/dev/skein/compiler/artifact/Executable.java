package dev.skein.compiler.artifact;

import dev.skein.compiler.fpga.MemoryImages;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.ModelHeader;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.VerifiedProgram;
import java.util.Map;

/**
 * A compiled model: all that a device needs to run it. What an artifact file holds.
 *
 * @param header configuration and tokenizer of the model
 * @param board name of the board it was compiled for
 * @param weights weight scheme, for reports: {@code w4g16}
 * @param programs by phase
 * @param images contents of the read-only regions
 * @param stripes how the channels of a memory share its addresses
 * @param provenance versions, seeds and source hashes, by name
 */
public record Executable(ModelHeader header, String board, String weights,
        Map<Phase, VerifiedProgram> programs, MemoryImages images,
        Map<Memory, Stripes> stripes, Map<String, String> provenance) {
    /** Copies the maps. */
    public Executable {
        programs = Map.copyOf(programs);
        stripes = Map.copyOf(stripes);
        provenance = Map.copyOf(provenance);
    }

    /** Configuration of the model. */
    public ModelConfig config() {
        return header.config();
    }

    /** The program of a phase. */
    public VerifiedProgram program(Phase phase) {
        VerifiedProgram program = programs.get(phase);
        if (program == null) {
            throw new IllegalArgumentException("this executable has no " + phase + " program");
        }
        return program;
    }

    /** Positions of the KV cache. */
    public int maxContext() {
        return program(Phase.DECODE).program().maxContext();
    }

    /** Encoded size of the programs, all cores, bytes. */
    public long programBytes() {
        return programs.values().stream().mapToLong(p -> p.program().encodedBytes()).sum();
    }
}
