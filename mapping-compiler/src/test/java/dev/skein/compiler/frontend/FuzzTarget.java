package dev.skein.compiler.frontend;

import dev.skein.compiler.artifact.ArtifactFuzz;
import dev.skein.compiler.artifact.Checkpoints;
import dev.skein.compiler.frontend.report.ReportLimits;
import dev.skein.compiler.frontend.report.ReportReader;
import dev.skein.compiler.frontend.report.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** A reader to be fuzzed: its valid samples, and all it does with one input. */
enum FuzzTarget {
    GGUF {
        @Override
        byte[][] samples(Path folder) {
            return new byte[][] {
                GgufBuilder.sample(),
                new GgufBuilder().u32("general.alignment", 8).padding(8)
                        .tensor("k", 12, new byte[144], 256).build(),
                new GgufBuilder().version(2).text("general.architecture", "gpt2").build()};
        }

        @Override
        void read(byte[] file, Path folder) {
            try (GgufFile opened = GgufFile.ofBytes("fuzz.gguf", file)) {
                readAll(opened);
                GgufFile.ofBytes("metadata", opened.metadataBytes()).close();
            }
        }
    },
    SAFETENSORS {
        @Override
        byte[][] samples(Path folder) {
            return new byte[][] {
                SafetensorsFileTest.sample(), MalformedSafetensorsTest.file("{}", 0)};
        }

        /** Half of the inputs get a header length that reaches to the last brace. */
        @Override
        byte[] repair(byte[] file, RandomGenerator random) {
            if (file.length > 8 && random.nextBoolean()) {
                int end = file.length - 1;
                while (end > 8 && file[end] != '}') {
                    end--;
                }
                ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, end - 7);
            }
            return file;
        }

        @Override
        void read(byte[] file, Path folder) {
            try (SafetensorsFile opened = SafetensorsFile.open(
                    MappedFile.ofBytes("fuzz.safetensors", file), ReaderLimits.DEFAULT)) {
                readAll(opened);
            }
        }
    },
    /** The configuration in a GGUF file's metadata. */
    GGUF_CONFIG {
        @Override
        byte[][] samples(Path folder) {
            return new byte[][] {config("llama", "attention.layer_norm_rms_epsilon"),
                config("qwen3", "attention.layer_norm_rms_epsilon"),
                config("gpt2", "attention.layer_norm_epsilon")};
        }

        @Override
        void read(byte[] file, Path folder) {
            try (GgufFile opened = GgufFile.ofBytes("fuzz.gguf", file)) {
                GgufConfig.parse(opened.metadata(), opened.tensors().keySet(), List.of());
            }
        }
    },
    /** config.json of a Hugging Face folder. */
    HF_CONFIG {
        @Override
        byte[][] samples(Path folder) {
            String llama = "{\"model_type\":\"llama\",\"hidden_size\":64,"
                    + "\"intermediate_size\":172,\"num_hidden_layers\":5,"
                    + "\"num_attention_heads\":8,\"num_key_value_heads\":4,\"head_dim\":8,"
                    + "\"vocab_size\":512,\"max_position_embeddings\":512,"
                    + "\"rms_norm_eps\":1e-05,\"rope_theta\":500000.0,\"bos_token_id\":1,"
                    + "\"eos_token_id\":[2,3],\"rope_scaling\":{\"rope_type\":\"llama3\","
                    + "\"factor\":32.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,"
                    + "\"original_max_position_embeddings\":8192}}";
            String opt = "{\"model_type\":\"opt\",\"hidden_size\":64,\"ffn_dim\":256,"
                    + "\"num_hidden_layers\":2,\"num_attention_heads\":4,\"vocab_size\":99,"
                    + "\"max_position_embeddings\":32,\"activation_function\":\"relu\"}";
            String gpt2 = "{\"model_type\":\"gpt2\",\"n_embd\":64,\"n_layer\":2,"
                    + "\"n_head\":4,\"n_positions\":32,\"vocab_size\":99}";
            return Stream.of(llama, llama.replace("\"llama\"", "\"qwen3\""), opt, gpt2)
                    .map(text -> text.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
        }

        @Override
        void read(byte[] file, Path folder) {
            HfConfig.parse(JsonFields.parse("fuzz.json", file, ReaderLimits.DEFAULT), "fuzz");
        }
    },
    INDEX {
        @Override
        byte[][] samples(Path folder) throws IOException {
            Files.write(folder.resolve("a.safetensors"), SafetensorsFileTest.sample());
            Files.write(folder.resolve("b.safetensors"),
                    MalformedSafetensorsTest.file("{}", 0));
            return new byte[][] {("{\"metadata\":{\"total_size\":28},\"weight_map\":"
                    + "{\"w\":\"a.safetensors\",\"h\":\"a.safetensors\"}}")
                    .getBytes(StandardCharsets.UTF_8)};
        }

        @Override
        void read(byte[] file, Path folder) throws IOException {
            JsonFields content = JsonFields.parse("fuzz.json", file, ReaderLimits.DEFAULT);
            try (SafetensorsShards opened = SafetensorsShards.open(
                    folder.resolve("fuzz.json"), content, ReaderLimits.DEFAULT)) {
                readAll(opened);
            }
        }
    },
    HDF5 {
        @Override
        byte[][] samples(Path folder) throws IOException {
            Hdf5Builder halves = new Hdf5Builder();
            halves.type = Hdf5Builder.integer(2);
            halves.space = Hdf5Builder.dims(2, 2);
            halves.tensorMessages.add(Hdf5Builder.format("F16"));
            return new byte[][] {Hdf5ModelTest.sample(folder), new Hdf5Builder().build(),
                halves.build()};
        }

        /** Most inputs get right checksums and size again, or little would be reached. */
        @Override
        byte[] repair(byte[] file, RandomGenerator random) {
            if (file.length >= 48 && random.nextInt(4) > 0) {
                if (random.nextInt(4) > 0) {
                    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(28, file.length);
                }
                Hdf5Builder.repair(file);
            }
            return file;
        }

        @Override
        void read(byte[] file, Path folder) {
            try (Hdf5Model opened = Hdf5Model.open(MappedFile.ofBytes("fuzz.h5", file),
                    ReaderLimits.DEFAULT)) {
                readAll(opened);
                opened.files().forEach(opened::file);
            }
        }
    },
    /** 2:4 matrices with bit masks. */
    BITMASK {
        @Override
        byte[][] samples(Path folder) {
            return new byte[][] {Bitmask24SourceTest.sample()};
        }

        @Override
        byte[] repair(byte[] file, RandomGenerator random) {
            return SAFETENSORS.repair(file, random);
        }

        @Override
        void read(byte[] file, Path folder) {
            try (TensorSource opened = Bitmask24SourceTest.open(file)) {
                readValues(opened);
            }
        }
    },
    /** Skein's own compressed checkpoints. */
    CHECKPOINT {
        @Override
        byte[][] samples(Path folder) throws IOException {
            return new byte[][] {Checkpoints.tensors(folder, "w4g16@8:16"),
                Checkpoints.tensors(folder, "mixed3.5g32@0.5/w8")};
        }

        @Override
        byte[] repair(byte[] file, RandomGenerator random) {
            return SAFETENSORS.repair(file, random);
        }

        @Override
        void read(byte[] file, Path folder) {
            ModelConfig config = Checkpoints.header().config();
            try (TensorSource source = CompressedTensors.of(SafetensorsFile.open(
                    MappedFile.ofBytes("fuzz.safetensors", file), ReaderLimits.DEFAULT))) {
                readValues(source);
                var weights = new ModelWeights(config, source, TensorNames.of(config,
                        Naming.Container.HUGGING_FACE, source.tensors().keySet()));
                ModelTensor.of(config).forEach(tensor -> weights.get(tensor.name()));
            }
        }
    },
    /** csynth.xml of Vitis HLS. */
    CSYNTH {
        @Override
        byte[][] samples(Path folder) throws IOException {
            return new byte[][] {report("csynth.xml")};
        }

        @Override
        void read(byte[] file, Path folder) {
            ReportReader.parse("fuzz.xml", file, ReportLimits.DEFAULT);
        }
    },
    /** Text reports of Vivado. */
    REPORT {
        @Override
        byte[][] samples(Path folder) throws IOException {
            return new byte[][] {report("hierarchy.rpt"), report("slr.rpt"),
                report("timing.rpt")};
        }

        @Override
        void read(byte[] file, Path folder) {
            ReportReader.parse("fuzz.rpt", file, ReportLimits.DEFAULT);
        }
    },
    /** Skein's own compiled models. */
    ARTIFACT {
        @Override
        byte[][] samples(Path folder) throws IOException {
            return new byte[][] {ArtifactFuzz.sample(folder)};
        }

        /** One in eight meets the checksums. */
        @Override
        byte[] repair(byte[] file, RandomGenerator random) {
            return random.nextInt(8) > 0 ? ArtifactFuzz.repair(file) : file;
        }

        @Override
        void read(byte[] file, Path folder) {
            ArtifactFuzz.read(file);
        }
    };

    /** Valid files, small; {@code folder} is for what must lie beside them. */
    abstract byte[][] samples(Path folder) throws IOException;

    /** Opens and reads everything. */
    abstract void read(byte[] file, Path folder) throws IOException;

    /** Mends what would stop every input at the door. */
    byte[] repair(byte[] file, RandomGenerator random) {
        return file;
    }

    /** The input of a number. */
    byte[] input(RandomGenerator random, byte[][] samples) {
        return repair(new Mutator(random, samples).next(), random);
    }

    private static byte[] report(String name) throws IOException {
        return Samples.text(name).getBytes(StandardCharsets.UTF_8);
    }

    /** A small configuration of one architecture. */
    private static byte[] config(String arch, String epsilon) {
        GgufBuilder builder = new GgufBuilder().text("general.architecture", arch);
        new TreeMap<>(Map.of("context_length", 512, "embedding_length", 64, "block_count", 5,
                "feed_forward_length", 172, "attention.head_count", 8, "vocab_size", 512))
                .forEach((key, value) -> builder.u32(arch + "." + key, value));
        return builder.u32(arch + ".attention.head_count_kv", 4)
                .u32("tokenizer.ggml.bos_token_id", 1).u32("tokenizer.ggml.eos_token_id", 2)
                .entry(new LittleEndian().string(arch + ".rope.freq_base")
                        .u32(GgufBuilder.FLOAT32).f32(1e4f))
                .text(arch + ".rope.scaling.type", "linear")
                .entry(new LittleEndian().string(arch + ".rope.scaling.factor")
                        .u32(GgufBuilder.FLOAT32).f32(2))
                .entry(new LittleEndian().string(arch + "." + epsilon)
                        .u32(GgufBuilder.FLOAT32).f32(1e-5f))
                .build();
    }

    /** Opens and reads everything; true if the file was accepted. */
    boolean accepts(byte[] file, Path folder) {
        try {
            read(file, folder);
            return true;
        } catch (FormatException e) {
            requireOneLine(e);
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireOneLine(FormatException e) {
        String message = e.getMessage();
        if (message.chars().anyMatch(Character::isISOControl) || message.length() > 1500
                || e.field().isEmpty()) {
            throw new AssertionError("not one line that names a field: " + message, e);
        }
    }

    private static void readValues(TensorSource source) {
        for (TensorInfo info : source.tensors().values()) {
            if (info.format().decodable()) {
                source.readAll(info.name());
            }
        }
    }

    /** What a compiler does with a source: every byte, and every value that has one. */
    private static void readAll(TensorSource source) {
        for (TensorInfo info : source.tensors().values()) {
            byte[] bytes = new byte[Math.toIntExact(info.bytes())];
            source.readBytes(info.name(), 0, bytes, 0, bytes.length);
            if (info.format().decodable()) {
                float[] values = source.readAll(info.name());
                Arrays.sort(values);
            }
        }
    }
}
