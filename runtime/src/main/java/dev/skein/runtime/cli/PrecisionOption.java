package dev.skein.runtime.cli;

import dev.skein.compiler.gpu.Precision;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The mode of GPU kernels. */
public final class PrecisionOption {
    @Option(names = "--precision", paramLabel = "MODE", converter = Mode.class,
            defaultValue = "exact", description = "Of GPU kernels: exact (the bits of the"
                    + " simulator), fast (binary32 activations, binary16 KV cache, within a"
                    + " stated tolerance of the reference with the same option) or fast-int8 (as"
                    + " fast, int8 KV cache) (default: ${DEFAULT-VALUE}).")
    private Precision precision;

    /** Created by picocli. */
    public PrecisionOption() {}

    /** Reads a mode. */
    static final class Mode implements ITypeConverter<Precision> {
        @Override
        public Precision convert(String value) {
            for (Precision precision : Precision.values()) {
                if (precision.toString().equals(value.toLowerCase(Locale.ROOT))) {
                    return precision;
                }
            }
            throw new TypeConversionException("precision '" + value
                    + "': allowed are exact, fast and fast-int8");
        }
    }

    Precision asked() {
        return precision;
    }
}
