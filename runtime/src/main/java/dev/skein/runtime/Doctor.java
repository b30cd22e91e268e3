package dev.skein.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jdk.incubator.vector.FloatVector;

/** Checks of the machine. */
public final class Doctor {

    /** Outcome of a check. */
    public enum Status {
        /** As it should be. */
        OK,
        /** Works, with less. */
        NOTE,
        /** Skein does not work. */
        FAIL
    }

    /**
     * A check.
     *
     * @param fix what to do, empty if nothing
     */
    public record Check(String name, Status status, String found, String fix) {}

    private static final long MIN_HEAP = 1L << 30;
    private static final int JAVA = 25;

    private Doctor() {
    }

    /** All checks, in order. */
    public static List<Check> run() {
        var out = new ArrayList<Check>();
        out.add(java());
        out.add(vectors());
        out.add(heap());
        out.add(new Check("processors", Status.OK,
                Runtime.getRuntime().availableProcessors() + " available to the JVM", ""));
        out.add(tool("g++", "compiles the HLS kernels for co-simulation", "g++"));
        out.add(tool("verilator", "simulates the RTL", "verilator"));
        out.add(tool("yosys", "counts the RTL's resources", "yosys"));
        out.add(tool("clinfo", "lists OpenCL devices", "clinfo"));
        out.add(tool("h5dump", "shows artifacts", "hdf5-tools"));
        return out;
    }

    private static Check java() {
        boolean ok = Runtime.version().feature() == JAVA;
        return new Check("java", ok ? Status.OK : Status.FAIL, Runtime.version().toString(),
                ok ? "" : "install a JDK " + JAVA + " and set JAVA_HOME to it");
    }

    private static Check vectors() {
        int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
        boolean ok = bits >= 128;
        return new Check("vector unit", ok ? Status.OK : Status.NOTE, bits + " bits in the Vector"
                + " API", ok ? "" : "simulation is slow on this processor");
    }

    private static Check heap() {
        long heap = Runtime.getRuntime().maxMemory();
        boolean ok = heap >= MIN_HEAP;
        return new Check("heap", ok ? Status.OK : Status.NOTE, String.format(Locale.ROOT,
                "%.1f GiB at most", heap / (double) (1 << 30)),
                ok ? "" : "set SKEIN_JAVA_OPTS=-Xmx2g for models of 100 M parameters");
    }

    private static Check tool(String name, String purpose, String debianPackage) {
        for (String folder : String.valueOf(System.getenv("PATH")).split(":")) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return new Check(name, Status.OK, version(Path.of(folder, name)), "");
            }
        }
        return new Check(name, Status.NOTE, "not found",
                purpose + " in tests only: apt-get install " + debianPackage);
    }

    private static String version(Path tool) {
        try {
            return tool.toRealPath().toString();
        } catch (IOException _) {
            return tool.toString();
        }
    }
}
