package dev.skein.runtime.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, as Maven wrote it into {@code version.properties}. */
public final class Version implements IVersionProvider {

    private static final String RESOURCE = "version.properties";

    /** Creates the provider; picocli does so when a version is asked for. */
    public Version() {}

    /**
     * Returns the version of this build, for example {@code 0.1.0-SNAPSHOT}.
     *
     * @return the version of the Maven project
     */
    public static String number() {
        try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "skein " + number(),
            "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
            System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }
}
