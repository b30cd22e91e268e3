package dev.skein.ffi.xrt;

import dev.skein.ffi.Answer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * XRT on this machine. That it is not there is an answer, not an error.
 *
 * <pre>{@code
 * try (Xrt xrt = Xrt.find(XrtEnvironment.system()).orElseThrow(IllegalStateException::new);
 *         Card card = xrt.open(0, Duration.ofSeconds(30))) {
 *     card.load(xclbin);
 * }
 * }</pre>
 */
public final class Xrt implements AutoCloseable {
    private final Installation installation;
    private final XrtEnvironment environment;
    private final List<String> command;

    private Xrt(Installation installation, XrtEnvironment environment, List<String> command) {
        this.installation = installation;
        this.environment = prepared(installation, environment);
        this.command = command;
    }

    /** XRT loads its parts by name: what its setup.sh sets has to be there without it. */
    private static XrtEnvironment prepared(Installation installation, XrtEnvironment from) {
        XrtEnvironment with = from.with(XrtEnvironment.ROOT, installation.root().toString());
        String lib = installation.root().resolve("lib").toString();
        return installation.own() ? with : with.with(XrtEnvironment.LIBRARIES,
                from.get(XrtEnvironment.LIBRARIES).map(set -> lib + ":" + set).orElse(lib));
    }

    /** Looks for XRT; loads nothing. */
    public static Answer<Xrt> find(XrtEnvironment environment) {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")) {
            return new Answer.Missing<>("no XRT here: it runs on Linux alone");
        }
        return Installation.find(environment).then(installation -> new Answer.Found<>(
                new Xrt(installation, environment, childCommand())));
    }

    private static List<String> childCommand() {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m",
                // A crash is told by the signal; nobody looks for the JVM's own report of it.
                "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null",
                "--enable-native-access=ALL-UNNAMED", "-cp", classPath(),
                XrtChild.class.getName());
    }

    private static String classPath() {
        CodeSource source = XrtChild.class.getProtectionDomain().getCodeSource();
        try {
            return Path.of(source.getLocation().toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("classes from " + source.getLocation(), e);
        }
    }

    /** The folder it is in. */
    public Path root() {
        return installation.root();
    }

    /** The library itself, links followed; its name ends with the version in most packages. */
    public Path library() {
        try {
            return installation.library().toRealPath();
        } catch (IOException e) {
            return installation.library();
        }
    }

    /** What its processes start with. */
    public XrtEnvironment environment() {
        return environment;
    }

    /**
     * Opens a card, in a process of its own.
     *
     * @param index its number, from 0
     * @param limit longest time a call may take; then the process is ended
     * @throws XrtException if there is none, or it is held by another process
     * @throws IOException if no process can be started
     */
    public Card open(int index, Duration limit) throws IOException {
        var process = new XrtProcess(command, environment);
        try {
            process.ask(Request.OPEN, limit, out -> {
                out.writeUTF(installation.library().toString());
                out.writeInt(index);
            });
            return new Card(process, limit, index);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** Removes what was made for the installation; cards are closed before. */
    @Override
    public void close() {
        installation.close();
    }
}
