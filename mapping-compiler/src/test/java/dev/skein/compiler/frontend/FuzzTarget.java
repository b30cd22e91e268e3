package dev.skein.compiler.frontend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;

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
