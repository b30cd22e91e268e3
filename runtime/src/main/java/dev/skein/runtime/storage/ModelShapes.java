package dev.skein.runtime.storage;

import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.sim.storage.step.ModelShape;

/** Shapes for timelines. */
public final class ModelShapes {
    private ModelShapes() {}

    /** What a timeline needs to know of a model. */
    public static ModelShape of(ModelConfig c) {
        long mlp = (c.mlp().gated() ? 3L : 2L) * c.hiddenSize() * c.mlp().intermediateSize();
        return new ModelShape(c.layers(), c.attention().heads(), c.attention().kvHeads(),
                c.attention().headDim(), c.hiddenSize(), mlp, c.vocabSize());
    }
}
