package dev.skein.compiler.pass.placement;

import java.util.Locale;

/** Where the KV cache is between steps, which decides where decode attention is computed. */
public enum CacheHome {
    /** In drives that compute attention: q, k, v go there, the output comes back (InstInfer). */
    IN_STORAGE("attention in the drives"),
    /** In the host's memory, fetched for each step (FlexGen). */
    HOST_MEMORY("cache in host memory, fetched by the GPU"),
    /** On the drives as drives that only store, fetched for each step (FlexGen on SSD). */
    PLAIN_DRIVE("cache on plain drives, fetched by the GPU"),
    /** Beside the weights. */
    GPU_MEMORY("cache in the GPU's memory"),
    /** Nowhere: each step computes all tokens anew. */
    RECOMPUTE("no cache, all tokens computed in each step");

    private final String meaning;

    CacheHome(String meaning) {
        this.meaning = meaning;
    }

    /** In a few words. */
    public String meaning() {
        return meaning;
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
