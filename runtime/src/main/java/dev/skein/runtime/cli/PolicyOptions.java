package dev.skein.runtime.cli;

import dev.skein.compiler.attention.AttentionPolicy;
import dev.skein.compiler.attention.PolicyText;
import dev.skein.runtime.CacheOptions;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which part of a binary16 cache is attended to. */
public final class PolicyOptions {
    @Option(names = "--attention", paramLabel = "POLICY", converter = Converter.class,
            description = "Attention with a binary16 cache, as a drive does it: " + PolicyText.FORMS
                    + ". On the reference, and dense and sparf on csd, in place of block-sparse"
                    + " attention. Default: attention as the device has it.")
    private AttentionPolicy policy;

    @Option(names = "--csd", paramLabel = "FOLDER",
            description = "Files of the drive of --device csd, made if there are none (default: a"
                    + " temporary folder, removed afterwards).")
    private Path drive;

    /** Created by picocli. */
    public PolicyOptions() {}

    CacheOptions cache() {
        return new CacheOptions(Optional.ofNullable(policy), Optional.ofNullable(drive));
    }

    /** A policy that cannot be read is a wrong command line. */
    static final class Converter implements ITypeConverter<AttentionPolicy> {
        @Override
        public AttentionPolicy convert(String text) {
            try {
                return PolicyText.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
