package dev.skein.runtime;

import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.frontend.model.ModelHeader;
import dev.skein.compiler.frontend.tokenizer.Tokenizer;
import dev.skein.runtime.backend.csd.CsdCache;
import dev.skein.runtime.device.Accelerator;
import java.util.Optional;

/**
 * A model on a device.
 *
 * @param header configuration and tokenizer
 * @param accelerator the device
 * @param executable what was compiled; absent on the reference
 * @param drive the drive that holds its cache, if one does
 * @param weights weight scheme
 * @param loadMillis time to read, compile and load, ms of this machine
 * @param resources releases what the model needs: mapped files, weight images
 */
public record LoadedModel(ModelHeader header, Accelerator accelerator,
        Optional<Executable> executable, Optional<CsdCache> drive, String weights,
        double loadMillis, Runnable resources) implements AutoCloseable {

    /** One whose cache is where its device is. */
    public LoadedModel(ModelHeader header, Accelerator accelerator,
            Optional<Executable> executable, String weights, double loadMillis,
            Runnable resources) {
        this(header, accelerator, executable, Optional.empty(), weights, loadMillis, resources);
    }

    /**
     * The tokenizer.
     *
     * @throws IllegalArgumentException if the model has none
     */
    public Tokenizer tokenizer() {
        return header.tokenizer().orElseThrow(() -> new IllegalArgumentException("model "
                + header.config().name() + " has no tokenizer: put tokenizer.json beside its"
                + " config.json"));
    }

    /** Share of the 64 x 64 blocks of attention left out of the longest sequence. */
    public double attentionSparsity() {
        return executable.map(Executable::attentionSparsity).orElseGet(() ->
                AttentionSparsity.reached(header.config(), accelerator.maxContext()));
    }

    @Override
    public void close() {
        accelerator.close();
        resources.run();
    }
}
