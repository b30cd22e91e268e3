package dev.skein.ffi.cuda;

import dev.skein.ffi.AllocationLedger;
import dev.skein.ffi.Answer;
import java.util.ArrayList;
import java.util.List;

/** The CUDA devices of this machine. That a machine has none is an answer, not an error. */
public final class Cuda {
    private static final int NO_DEVICE = 100;
    private static final int OLDEST = 12000;
    private static final int KILO = 1000;
    private static final int TEN = 10;

    /** Numbers of attributes. */
    private static final int CLOCK_KHZ = 13;
    private static final int MULTIPROCESSORS = 16;
    private static final int MEMORY_CLOCK_KHZ = 36;
    private static final int MEMORY_BUS_BITS = 37;
    private static final int MAJOR = 75;
    private static final int MINOR = 76;

    private final Driver driver;
    private final int version;
    private final List<Device> devices = new ArrayList<>();

    private Cuda(Driver driver, int version) {
        this.driver = driver;
        this.version = version;
        for (int i = 0; i < driver.deviceCount(); i++) {
            int handle = driver.device(i);
            devices.add(new Device(this, handle, info(handle)));
        }
    }

    /**
     * Looks for a driver of CUDA 12 or newer with at least one device, through the binding that the
     * property selects.
     */
    public static Answer<Cuda> open() {
        return open(Binding.selected());
    }

    /** The same through a binding. */
    public static Answer<Cuda> open(Binding binding) {
        return Driver.library().then(library -> switch (binding) {
            case FFM -> FfmDriver.of(library);
            case JCUDA -> jcuda();
        }).then(Cuda::open);
    }

    private static Answer<Driver> jcuda() {
        try {
            return new Answer.Found<>(new JcudaDriver());
        } catch (LinkageError e) {
            // no jar, or its native library is for another machine or another CUDA
            return new Answer.Missing<>("JCuda cannot be used (" + e + "); put org.jcuda:jcuda and"
                    + " jcuda-natives on the class path, or choose " + Binding.PROPERTY + "=ffm");
        }
    }

    private static Answer<Cuda> open(Driver driver) {
        int code = driver.init();
        if (code == NO_DEVICE) {
            return none();
        }
        if (code != 0) {
            return new Answer.Missing<>("CUDA's driver does not start: cuInit(): "
                    + driver.nameOf(code) + " (" + code + ")");
        }
        try {
            int version = driver.version();
            if (version < OLDEST) {
                return new Answer.Missing<>("CUDA's driver is of version " + version(version)
                        + "; install one for CUDA 12 or newer");
            }
            var cuda = new Cuda(driver, version);
            return cuda.devices.isEmpty() ? none() : new Answer.Found<>(cuda);
        } catch (CudaException e) {
            return new Answer.Missing<>("CUDA's driver does not tell its devices: "
                    + e.getMessage());
        }
    }

    private static Answer<Cuda> none() {
        return new Answer.Missing<>("CUDA's driver finds no device; check that it is plugged in"
                + " and that this user may open it");
    }

    private DeviceInfo info(int device) {
        return new DeviceInfo(driver.deviceName(device), driver.attribute(device, MAJOR),
                driver.attribute(device, MINOR), driver.attribute(device, MULTIPROCESSORS),
                driver.attribute(device, CLOCK_KHZ) / KILO, driver.memoryBytes(device),
                driver.attribute(device, MEMORY_CLOCK_KHZ) / KILO,
                driver.attribute(device, MEMORY_BUS_BITS));
    }

    /** The devices, in the driver's order. */
    public List<Device> devices() {
        return List.copyOf(devices);
    }

    /** The newest CUDA that the driver knows: {@code 12.4}. */
    public String version() {
        return version(version);
    }

    private static String version(int number) {
        return number / KILO + "." + number % KILO / TEN;
    }

    /** Counts what was made through this and is alive. */
    public AllocationLedger<ObjectKind> ledger() {
        return driver.ledger();
    }

    Driver driver() {
        return driver;
    }
}
