package dev.skein.compiler.artifact;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.Compilation;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.MemoryImages;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.ProgramSet;
import dev.skein.compiler.fpga.ServedProgram;
import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.Positions;
import dev.skein.compiler.frontend.RopeScaling;
import dev.skein.compiler.frontend.model.ModelHeader;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.PassContext;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.Unit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Executables for tests: random models compiled, and the smallest one there is. */
final class Artifacts {
    private static final Board U280 = Boards.load("u280");

    private Artifacts() {
    }

    /** Seeds from {@code from} on whose model a config.json can state. */
    static List<Long> seeds(long from, int count) {
        var out = new ArrayList<Long>();
        for (long seed = from; out.size() < count; seed++) {
            ModelConfig config = RandomModels.config(seed);
            try {
                if (header(config).config().equals(config)) {
                    out.add(seed);
                }
            } catch (FormatException e) {
                continue;
            }
        }
        return out;
    }

    /** The compiled model of a seed. */
    static Executable compile(long seed, String scheme, Arena arena) {
        ModelConfig config = RandomModels.config(seed);
        var options = new Compilation.Options(QuantScheme.parse(scheme), config.maxPositions(),
                OptionalDouble.empty());
        return new Compilation(U280, options).compile(header(config),
                PassContext.of(new SeededWeights(config, seed)), arena,
                Map.of("seed", String.valueOf(seed), "model", config.name()), _ -> { });
    }

    static ModelHeader header(ModelConfig config) {
        return ModelHeader.parse("test", config.name(),
                Map.of("config.json", json(config).getBytes(StandardCharsets.UTF_8)));
    }

    private static String json(ModelConfig config) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("model_type", config.family().name().toLowerCase(Locale.ROOT));
        json.put("vocab_size", config.vocabSize());
        json.put("hidden_size", config.hiddenSize());
        json.put("num_hidden_layers", config.layers());
        json.put("max_position_embeddings", config.maxPositions());
        json.put("num_attention_heads", config.attention().heads());
        json.put("num_key_value_heads", config.attention().kvHeads());
        json.put("head_dim", config.attention().headDim());
        json.put("intermediate_size", config.mlp().intermediateSize());
        json.put("hidden_act", switch (config.mlp().activation()) {
            case SILU -> "silu";
            case RELU -> "relu";
            case GELU_TANH -> "gelu_new";
            case GELU_ERF -> "gelu";
        });
        json.put("rms_norm_eps", config.norm().epsilon());
        json.put("tie_word_embeddings", config.tiedEmbeddings());
        if (config.positions() instanceof Positions.Rope rope) {
            json.put("rope_theta", rope.theta());
            if (rope.scaling() instanceof RopeScaling.Linear linear) {
                json.putObject("rope_scaling").put("rope_type", "linear")
                        .put("factor", linear.factor());
            }
        }
        return json.toString();
    }

    /** One core that loads and copies a row twice, an image of each kind; less than 4 KiB. */
    static Executable tiny() {
        ModelHeader header = ModelHeader.parse("test", "tiny", Map.of("config.json",
                """
                {"model_type": "llama", "vocab_size": 2, "hidden_size": 4, "intermediate_size": 4,
                 "num_hidden_layers": 1, "num_attention_heads": 1, "num_key_value_heads": 1,
                 "max_position_embeddings": 8}""".getBytes(StandardCharsets.UTF_8)));
        List<Region> regions = List.of(
                new Region("weights0", Memory.HBM, 0, Region.Kind.WEIGHTS, 0, 0, 32),
                new Region("kv0", Memory.HBM, 0, Region.Kind.KV, 1, 512, 64),
                new Region("params0", Memory.PARAM, 0, Region.Kind.PARAMS, 2, 0, 16),
                new Region("tables", Memory.DDR, Region.SHARED, Region.Kind.TABLES, 3, 0, 48),
                new Region("input", Memory.DDR, Region.SHARED, Region.Kind.INPUT, 4, 512, 16),
                new Region("output", Memory.DDR, Region.SHARED, Region.Kind.OUTPUT, 5, 1024, 8));
        var programs = new ArrayList<ServedProgram>();
        for (Phase phase : Phase.values()) {
            programs.add(ProgramSet.parametric(phase, ProgramVerifier.verify(new Program(
                    phase.toString(), phase == Phase.DECODE ? 1 : 4, 8,
                    new BufferSizes(1024, 256, 64), regions, List.of(stream())))));
        }
        return new Executable(header, "u280", "w4g16", new ProgramSet(programs),
                new MemoryImages(Map.of("weights0", bytes(32, 1), "params0", bytes(16, 2),
                        "tables", bytes(48, 3))),
                stripes(), Map.of("model", "tiny", "skein", "1"));
    }

    /** Those of a board of one core. */
    private static Map<Memory, Stripes> stripes() {
        return Map.of(Memory.HBM, new Stripes(List.of(8), 64), Memory.PARAM,
                new Stripes(List.of(1), 64), Memory.DDR, new Stripes(List.of(2), 4096));
    }

    private static List<Instruction> stream() {
        int loads = Unit.LD.bit();
        int sfu = Unit.SFU.bit();
        return List.of(new Instruction.Loop(Tokens.NONE, Extent.fixed(2)),
                new Instruction.Load(new Tokens(0, sfu), Space.ACT, 0, Memory.HBM, 0, 0, 0, 32,
                        Extent.fixed(1)),
                new Instruction.Ewise(new Tokens(loads, 0), EwiseFunction.COPY, 0, 0, Space.ACT,
                        0, 0, 64, 0, Extent.fixed(1), 8, false),
                new Instruction.EndLoop(Tokens.NONE), new Instruction.End(Tokens.NONE));
    }

    private static MemorySegment bytes(int count, int value) {
        return Arena.ofAuto().allocate(count, 64).fill((byte) value);
    }
}
