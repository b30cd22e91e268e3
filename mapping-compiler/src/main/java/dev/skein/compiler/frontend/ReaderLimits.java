package dev.skein.compiler.frontend;

/**
 * Upper bounds the readers hold a foreign file to, beyond the bytes it has. Each default leaves
 * room over the largest published model that uses the field.
 *
 * @param metadataEntries GGUF key-value pairs; real files have 20 to 70
 * @param tensors tensors of one model; DeepSeek-V3 in FP8 has 91,991, Llama-3.1-405B 1,138
 * @param nameBytes bytes of a tensor name; ggml stops at 63, Hugging Face names stay below 200
 * @param keyBytes bytes of a GGUF key; the GGUF document says 65,535
 * @param stringBytes bytes of a GGUF string; the longest are whole tokenizer.json texts of 34 MB
 *     (Gemma 3)
 * @param arrayElements elements of a GGUF array; Gemma 3 has 514,906 merges
 * @param dimensions dimensions of a tensor; ggml has 4, vision models in safetensors up to 5
 * @param alignmentBytes GGUF's general.alignment; 32 in every published file, a page at most
 * @param headerBytes a safetensors header; the reference implementation's own 100,000,000
 * @param jsonBytes config.json, tokenizer.json, model.safetensors.index.json; the largest are
 *     34 MB (Gemma 3's tokenizer) and 9 MB (DeepSeek-V3's index)
 * @param jsonDepth nesting of any JSON; real tokenizer and configuration files stay below 12
 * @param shards files of one model; Llama-3.1-405B has 191
 * @param hdf5MetadataBytes what an HDF5 file may hold beside its tensors: headers, names,
 *     configuration and tokenizer
 */
public record ReaderLimits(
        int metadataEntries,
        int tensors,
        int nameBytes,
        int keyBytes,
        int stringBytes,
        int arrayElements,
        int dimensions,
        int alignmentBytes,
        int headerBytes,
        int jsonBytes,
        int jsonDepth,
        int shards,
        int hdf5MetadataBytes) {

    /** The limits used unless a caller brings others. */
    public static final ReaderLimits DEFAULT = new ReaderLimits(4_096, 262_144, 1_024, 65_535,
            64 << 20, 4 << 20, 8, 65_536, 100_000_000, 100_000_000, 64, 4_096, 256 << 20);
}
