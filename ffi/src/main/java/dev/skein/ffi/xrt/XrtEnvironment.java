package dev.skein.ffi.xrt;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The environment variables that the process of a card starts with.
 *
 * @param variables by name
 */
public record XrtEnvironment(Map<String, String> variables) {
    /** Folder of the installation. */
    public static final String ROOT = "XILINX_XRT";
    /** Which emulation stands for a card: {@code noop}, {@code sw_emu}, {@code hw_emu}. */
    public static final String EMULATION = "XCL_EMULATION_MODE";
    /** The file {@code xrt.ini}. */
    public static final String INI = "XRT_INI_PATH";
    /** Where the system's loader looks first. */
    static final String LIBRARIES = "LD_LIBRARY_PATH";
    /** System property that replaces {@value #ROOT}. */
    public static final String ROOT_PROPERTY = "skein.xrt.root";
    /** Value of {@value #EMULATION} of the shim that computes nothing. */
    public static final String NOOP = "noop";

    /** Copies the map. */
    public XrtEnvironment {
        variables = Map.copyOf(variables);
    }

    /** That of this process, with the root that the system property names. */
    public static XrtEnvironment system() {
        var environment = new XrtEnvironment(System.getenv());
        String root = System.getProperty(ROOT_PROPERTY);
        return root == null ? environment : environment.with(ROOT, root);
    }

    /** The same with another variable. */
    public XrtEnvironment with(String name, String value) {
        var changed = new TreeMap<>(variables);
        changed.put(name, value);
        return new XrtEnvironment(changed);
    }

    /** A variable that is set and not empty. */
    Optional<String> get(String name) {
        return Optional.ofNullable(variables.get(name)).filter(v -> !v.isBlank());
    }

    /** What stands for a card, if it is none. */
    public Optional<String> emulation() {
        return get(EMULATION);
    }

    /** Whether kernels compute nothing. */
    public boolean noop() {
        return emulation().filter(NOOP::equals).isPresent();
    }
}
