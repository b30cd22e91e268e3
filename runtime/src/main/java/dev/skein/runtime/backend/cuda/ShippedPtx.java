package dev.skein.runtime.backend.cuda;

import dev.skein.compiler.gpu.CudaSources;
import dev.skein.compiler.gpu.KernelSources;
import dev.skein.compiler.gpu.Precision;
import dev.skein.runtime.backend.gpu.DeviceSpeed;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.GZIPInputStream;

/**
 * PTX of the kernels, made beforehand, beside the class that needs it: {@code NAME.ptx.gz}, and in
 * {@code kernels.properties} the SHA-256 of the source and the options that it was made of.
 */
enum ShippedPtx {
    /** All kernels of the exact mode. */
    EXACT(Precision.EXACT),
    /** Those of the fast mode, too. */
    FAST(Precision.FAST),
    /** What measures a device. */
    SPEED(Precision.EXACT);

    /** Names the sources. */
    static final String INDEX = "kernels.properties";

    private final Precision precision;

    ShippedPtx(Precision precision) {
        this.precision = precision;
    }

    /** The PTX of a source, if it is shipped. */
    static Optional<String> of(String source, Precision precision) {
        Properties index = index();
        String hash = hash(source, precision);
        for (ShippedPtx ptx : values()) {
            if (hash.equals(index.getProperty(ptx.key()))) {
                return Optional.of(ptx.read());
            }
        }
        return Optional.empty();
    }

    /** The source that it ought to have been made of. */
    String source() {
        return CudaSources.of(switch (this) {
            case EXACT -> KernelSources.of(Precision.EXACT);
            case FAST -> KernelSources.of(Precision.FAST);
            case SPEED -> DeviceSpeed.source();
        });
    }

    /** The mode of its arithmetic. */
    Precision precision() {
        return precision;
    }

    /** In the index. */
    String key() {
        return name().toLowerCase(Locale.ROOT) + ".sha256";
    }

    /** Of the file. */
    String file() {
        return name().toLowerCase(Locale.ROOT) + ".ptx.gz";
    }

    /** Of what PTX follows from. */
    static String hash(String source, Precision precision) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(CudaCompiler.options(precision).getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return HexFormat.of().formatHex(digest.digest(
                    source.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The text. */
    String read() {
        try (InputStream in = open(file()); var text = new GZIPInputStream(in)) {
            return new String(text.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is shipped was made of. */
    static Properties index() {
        var index = new Properties();
        try (InputStream in = open(INDEX)) {
            index.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return index;
    }

    private static InputStream open(String file) throws IOException {
        InputStream in = ShippedPtx.class.getResourceAsStream(file);
        if (in == null) {
            throw new IOException("resource " + file + " is missing: build Skein again");
        }
        return in;
    }
}
