package dev.skein.runtime.cli;

import dev.skein.compiler.pass.placement.CacheHome;
import dev.skein.runtime.storage.StorageAttention;
import dev.skein.runtime.storage.StorageFaults;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is asked of a GPU with drives. */
public final class StorageOptions {
    @Option(names = "--batch", paramLabel = "SEQUENCES", split = ",", defaultValue = "1",
            description = "Sequences that decode at once on a GPU; with drives, several with"
                    + " commas between (default: ${DEFAULT-VALUE}).")
    private List<Integer> batches;

    @Option(names = "--attention", paramLabel = "FORM", converter = AttentionConverter.class,
            defaultValue = "dense", description = "With drives: " + StorageAttention.FORMS
                    + ". E entries of a head in a channel-indexed page (4), T the mean run of"
                    + " selected tokens, 1 for uniformly random ones (6) (default:"
                    + " ${DEFAULT-VALUE}).")
    private StorageAttention attention;

    @Option(names = "--kv", paramLabel = "HOME", converter = HomeConverter.class,
            description = "With drives: where the KV cache is: in-storage, host-memory,"
                    + " plain-drive, gpu-memory, recompute, or auto for the fastest (default:"
                    + " in-storage, or plain-drive if the drives have no engine).")
    private Wanted home;

    @Option(names = "--faults", paramLabel = "FORM", converter = FaultsConverter.class,
            description = "With drives that attend: one layer of a decode step, every page an"
                    + " event, with " + StorageFaults.FORMS + "; what loses a command is an"
                    + " error.")
    private StorageFaults faults;

    /** A home, or none for the fastest. */
    record Wanted(Optional<CacheHome> home) {}

    /** Created by picocli. */
    public StorageOptions() {}

    List<Integer> batches() {
        return batches;
    }

    StorageAttention attention() {
        return attention;
    }

    Optional<Wanted> home() {
        return Optional.ofNullable(home);
    }

    Optional<StorageFaults> faults() {
        return Optional.ofNullable(faults);
    }

    /** The same for faults. */
    static final class FaultsConverter implements ITypeConverter<StorageFaults> {
        @Override
        public StorageFaults convert(String text) {
            try {
                return StorageFaults.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** A form that cannot be read is a wrong command line. */
    static final class AttentionConverter implements ITypeConverter<StorageAttention> {
        @Override
        public StorageAttention convert(String text) {
            try {
                return StorageAttention.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** The same for the home of the cache. */
    static final class HomeConverter implements ITypeConverter<Wanted> {
        @Override
        public Wanted convert(String text) {
            if (text.equals("auto")) {
                return new Wanted(Optional.empty());
            }
            for (CacheHome home : CacheHome.values()) {
                if (home.toString().equals(text)) {
                    return new Wanted(Optional.of(home));
                }
            }
            throw new TypeConversionException("KV home '" + text + "', allowed: in-storage,"
                    + " host-memory, plain-drive, gpu-memory, recompute, auto");
        }
    }
}
