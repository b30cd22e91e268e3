package dev.skein.ffi.opencl;

/**
 * Whether there is OpenCL here. That a machine has none is an answer, not an error.
 *
 * <pre>{@code
 * switch (OpenClAccess.open()) {
 *     case OpenClAccess.Available(OpenCl openCl) -> run(openCl.devices());
 *     case OpenClAccess.Missing(String reason) -> say(reason);
 * }
 * }</pre>
 */
public sealed interface OpenClAccess {

    /**
     * There is a library and at least one device.
     *
     * @param openCl the way in
     */
    record Available(OpenCl openCl) implements OpenClAccess {}

    /**
     * There is none.
     *
     * @param reason what is missing and what to install, in a sentence
     */
    record Missing(String reason) implements OpenClAccess {}

    /** Looks for OpenCL through the binding that the system property selects. */
    static OpenClAccess open() {
        return open(Binding.selected());
    }

    /** Looks for OpenCL through a binding. */
    static OpenClAccess open(Binding binding) {
        return NativeLibrary.problem()
                .<OpenClAccess>map(Missing::new)
                .orElseGet(() -> switch (binding) {
                    case FFM -> open(binding, new FfmDriver());
                    case JOCL -> openJocl();
                });
    }

    private static OpenClAccess openJocl() {
        try {
            return open(Binding.JOCL, new JoclDriver());
        } catch (LinkageError e) {
            // no jar, or none of its native libraries is for this machine
            return new Missing("JOCL cannot be used (" + e + "): put org.jocl:jocl on the class"
                    + " path, or choose the binding ffm");
        }
    }

    private static OpenClAccess open(Binding binding, Driver driver) {
        OpenCl openCl = new OpenCl(binding, driver);
        if (openCl.platforms().isEmpty()) {
            return new Missing("OpenCL is installed, but no driver for it: install the one of the"
                    + " device's vendor (Debian: apt-get install pocl-opencl-icd for the"
                    + " processor)");
        }
        if (openCl.devices().isEmpty()) {
            return new Missing("OpenCL has the driver " + openCl.platforms().getFirst().name()
                    + ", which finds no device: is it plugged in, and may this user open it?"
                    + " (Debian: apt-get install pocl-opencl-icd for the processor)");
        }
        return new Available(openCl);
    }
}
