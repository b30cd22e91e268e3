package dev.skein.runtime.cli;

/**
 * The main class of {@code skein.jar}: makes the Vector API visible, then starts {@link Main}.
 *
 * <p>The Vector API incubates. Given {@code --add-modules jdk.incubator.vector}, every JVM prints
 * a warning to standard error that no option silences, and a launcher that filters standard error
 * takes the terminal away from the program. The jar's manifest exports the JDK's own module
 * loader instead, and the module is defined here, before the first class that uses it is linked.
 */
public final class Launch {

    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    private Launch() {}

    /**
     * Defines the Vector API's module and runs the command line.
     *
     * @param args the command line without the program's name
     */
    public static void main(String[] args) {
        try {
            defineVectorModule();
        } catch (ReflectiveOperationException e) {
            System.err.println("skein: this Java (" + Runtime.version() + ") does not let "
                    + "skein.jar load the Vector API: start it with ./skein, or with "
                    + "java --add-modules " + VECTOR_MODULE + " -jar skein.jar");
            System.exit(1);
        }
        Main.main(args);
    }

    private static void defineVectorModule() throws ReflectiveOperationException {
        if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
            Class.forName("jdk.internal.module.Modules")
                    .getMethod("loadModule", String.class)
                    .invoke(null, VECTOR_MODULE);
        }
    }
}
