package dev.skein.compiler.frontend.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.GgufConfig;
import dev.skein.compiler.frontend.GgufFile;
import dev.skein.compiler.frontend.HfConfig;
import dev.skein.compiler.frontend.JsonFields;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.ReaderLimits;
import dev.skein.compiler.frontend.TensorInfo;
import dev.skein.compiler.frontend.tokenizer.GgufTokenizer;
import dev.skein.compiler.frontend.tokenizer.Gpt2Files;
import dev.skein.compiler.frontend.tokenizer.Tokenizer;
import dev.skein.compiler.frontend.tokenizer.TokenizerJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a model beside its weights, and the files that say it, byte for byte: so an
 * artifact or an HDF5 model carries them along and is read by the same code.
 *
 * @param config shape and functions
 * @param tokenizer absent where the files have none
 * @param files by name: {@value #CONFIG}, {@value #TOKENIZER}, {@value #TOKENIZER_CONFIG}, or
 *     {@value #VOCABULARY} and {@value #MERGES}, of a Hugging Face folder; or {@value #GGUF} and
 *     {@value #GGUF_TENSORS}; empty for a model of the catalogue
 */
public record ModelHeader(ModelConfig config, Optional<Tokenizer> tokenizer,
                          Map<String, byte[]> files) {
    static final String CONFIG = "config.json";
    static final String TOKENIZER = "tokenizer.json";
    static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    /** Tokens of a byte-level tokenizer from before {@value #TOKENIZER} (GPT-2, OPT). */
    static final String VOCABULARY = "vocab.json";
    /** Merges to go with {@value #VOCABULARY}. */
    static final String MERGES = "merges.txt";
    /** A GGUF file with metadata and no tensors. */
    static final String GGUF = "metadata.gguf";
    /** What the configuration takes from a GGUF file's tensors: their names and RoPE divisors. */
    static final String GGUF_TENSORS = "tensors.json";
    /** Half a head; real heads have up to 256. */
    private static final int MAX_DIVISORS = 4096;

    /** Files a header may have. */
    public static final Set<String> NAMES =
            Set.of(CONFIG, TOKENIZER, TOKENIZER_CONFIG, VOCABULARY, MERGES, GGUF, GGUF_TENSORS);

    public ModelHeader {
        files = Map.copyOf(files);
    }

    /** A model that is only a shape. */
    public static ModelHeader of(ModelConfig config) {
        return new ModelHeader(config, Optional.empty(), Map.of());
    }

    /**
     * Parses files.
     *
     * @param source the file or folder they come from, for messages
     * @param name of the model
     * @throws FormatException if there is no configuration among them, or one breaks a rule
     */
    public static ModelHeader parse(String source, String name, Map<String, byte[]> files) {
        if (files.containsKey(CONFIG)) {
            return huggingFace(source, name, files);
        }
        if (files.containsKey(GGUF)) {
            return gguf(source, files);
        }
        throw new FormatException(source, 0, CONFIG, "none", "a model has " + CONFIG + " or "
                + GGUF, "add the model's configuration");
    }

    private static ModelHeader huggingFace(String source, String name,
            Map<String, byte[]> files) {
        ModelConfig config = HfConfig.parse(json(source, CONFIG, files), name);
        return new ModelHeader(config, tokenizer(source, config, files), files);
    }

    private static Optional<Tokenizer> tokenizer(String source, ModelConfig config,
            Map<String, byte[]> files) {
        Optional<JsonFields> settings = files.containsKey(TOKENIZER_CONFIG)
                ? Optional.of(json(source, TOKENIZER_CONFIG, files)) : Optional.empty();
        if (files.containsKey(TOKENIZER)) {
            return Optional.of(TokenizerJson.parse(json(source, TOKENIZER, files), settings,
                    config.special()));
        }
        if (files.containsKey(VOCABULARY) && files.containsKey(MERGES)) {
            return Optional.of(Gpt2Files.parse(json(source, VOCABULARY, files),
                    source + "/" + MERGES, files.get(MERGES), settings, config.special()));
        }
        return Optional.empty();
    }

    private static JsonFields json(String source, String name, Map<String, byte[]> files) {
        return JsonFields.parse(source + "/" + name, files.get(name), ReaderLimits.DEFAULT);
    }

    private static ModelHeader gguf(String source, Map<String, byte[]> files) {
        try (GgufFile file = GgufFile.ofBytes(source + "/" + GGUF, files.get(GGUF))) {
            Set<String> tensors = new HashSet<>();
            List<Float> divisors = new ArrayList<>();
            if (files.containsKey(GGUF_TENSORS)) {
                JsonFields json = json(source, GGUF_TENSORS, files);
                json.array("names").forEach(n -> tensors.add(n.asText()));
                json.array("ropeDivisors").forEach(n -> divisors.add(n.floatValue()));
            }
            ModelConfig config = GgufConfig.parse(file.metadata(), tensors, divisors);
            Optional<Tokenizer> tokenizer = file.metadata().has("tokenizer.ggml.model")
                    ? Optional.of(GgufTokenizer.parse(file.metadata())) : Optional.empty();
            return new ModelHeader(config, tokenizer, files);
        }
    }

    /** The files of a GGUF model, for {@link #parse}. */
    static Map<String, byte[]> filesOf(GgufFile file) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        file.tensors().keySet().forEach(json.putArray("names")::add);
        var divisors = json.putArray("ropeDivisors");
        TensorInfo info = file.tensors().get(GgufConfig.ROPE_DIVISORS);
        if (info != null && info.elements() <= MAX_DIVISORS) {
            for (float d : file.readAll(GgufConfig.ROPE_DIVISORS)) {
                divisors.add(d);
            }
        }
        return Map.of(GGUF, file.metadataBytes(),
                GGUF_TENSORS, json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
