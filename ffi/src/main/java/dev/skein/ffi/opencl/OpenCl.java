package dev.skein.ffi.opencl;

import dev.skein.ffi.AllocationLedger;
import dev.skein.ffi.Answer;
import dev.skein.ffi.opencl.generated.opencl_h;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The platforms and devices of this machine. That a machine has none is an answer, not an error.
 *
 * <pre>{@code
 * switch (OpenCl.open()) {
 *     case Answer.Found<OpenCl>(OpenCl openCl) -> run(openCl.devices());
 *     case Answer.Missing<OpenCl>(String reason) -> say(reason);
 * }
 * }</pre>
 */
public final class OpenCl {

    /** {@code CL_DEVICE_SINGLE_FP_CONFIG} of OpenCL 1.2; not among the generated constants. */
    private static final int SINGLE_FP_CONFIG = 0x101B;

    /** Subnormals, infinities, rounding to nearest, correctly rounded division and root. */
    private static final long EXACT_SINGLE = 1 | 1 << 1 | 1 << 2 | 1 << 7;

    private final Binding binding;
    private final Driver driver;
    private final List<Platform> platforms;

    /** Looks for OpenCL with at least one device, through the binding the property selects. */
    public static Answer<OpenCl> open() {
        return open(Binding.selected());
    }

    /** Looks for OpenCL with at least one device, through a binding. */
    public static Answer<OpenCl> open(Binding binding) {
        return OpenClLibrary.find().then(_ -> switch (binding) {
            case FFM -> open(binding, new FfmDriver());
            case JOCL -> openJocl();
        });
    }

    private static Answer<OpenCl> openJocl() {
        try {
            return open(Binding.JOCL, new JoclDriver());
        } catch (LinkageError e) {
            // no jar, or none of its native libraries is for this machine
            return new Answer.Missing<>("JOCL cannot be used (" + e + "); put org.jocl:jocl on"
                    + " the class path, or choose " + Binding.PROPERTY + "=ffm");
        }
    }

    static Answer<OpenCl> open(Binding binding, Driver driver) {
        OpenCl openCl = new OpenCl(binding, driver);
        if (openCl.platforms().isEmpty()) {
            return new Answer.Missing<>("OpenCL is installed, but no driver for it; install the"
                    + " one of the device's vendor (Debian, for the processor: apt-get install"
                    + " pocl-opencl-icd)");
        }
        if (openCl.devices().isEmpty()) {
            return new Answer.Missing<>("the OpenCL driver " + openCl.platforms().getFirst().name()
                    + " finds no device; check that it is plugged in and that this user may open"
                    + " it, or install a driver for the processor (Debian: apt-get install"
                    + " pocl-opencl-icd)");
        }
        return new Answer.Found<>(openCl);
    }

    private OpenCl(Binding binding, Driver driver) {
        this.binding = binding;
        this.driver = driver;
        List<Platform> found = new ArrayList<>();
        for (Handle platform : driver.platforms()) {
            found.add(describe(platform));
        }
        this.platforms = List.copyOf(found);
    }

    /** How calls reach the library. */
    public Binding binding() {
        return binding;
    }

    /** The vendors' drivers. */
    public List<Platform> platforms() {
        return platforms;
    }

    /** The devices of all platforms, in order. */
    public List<Device> devices() {
        return platforms.stream().flatMap(platform -> platform.devices().stream()).toList();
    }

    /** Counts what was made through this and is alive. */
    public AllocationLedger<ObjectKind> ledger() {
        return driver.ledger();
    }

    private Platform describe(Handle platform) {
        List<Device> devices = new ArrayList<>();
        for (Handle device : driver.devices(platform)) {
            DeviceInfo info = describeDevice(device);
            if (number(device, opencl_h.CL_DEVICE_AVAILABLE()) != 0) {
                devices.add(new Device(driver, platform, device, info));
            }
        }
        return new Platform(platformText(platform, opencl_h.CL_PLATFORM_NAME()),
                platformText(platform, opencl_h.CL_PLATFORM_VENDOR()),
                platformText(platform, opencl_h.CL_PLATFORM_VERSION()), devices);
    }

    private DeviceInfo describeDevice(Handle device) {
        return new DeviceInfo(
                text(device, opencl_h.CL_DEVICE_NAME()),
                text(device, opencl_h.CL_DEVICE_VENDOR()),
                text(device, opencl_h.CL_DEVICE_VERSION()),
                text(device, opencl_h.CL_DRIVER_VERSION()),
                text(device, opencl_h.CL_DEVICE_OPENCL_C_VERSION()),
                type(number(device, opencl_h.CL_DEVICE_TYPE())),
                (int) number(device, opencl_h.CL_DEVICE_MAX_COMPUTE_UNITS()),
                (int) number(device, opencl_h.CL_DEVICE_MAX_CLOCK_FREQUENCY()),
                number(device, opencl_h.CL_DEVICE_GLOBAL_MEM_SIZE()),
                number(device, opencl_h.CL_DEVICE_MAX_MEM_ALLOC_SIZE()),
                number(device, opencl_h.CL_DEVICE_LOCAL_MEM_SIZE()),
                number(device, opencl_h.CL_DEVICE_MAX_WORK_GROUP_SIZE()),
                number(device, opencl_h.CL_DEVICE_COMPILER_AVAILABLE()) != 0,
                (number(device, SINGLE_FP_CONFIG) & EXACT_SINGLE) == EXACT_SINGLE,
                names(text(device, opencl_h.CL_DEVICE_EXTENSIONS())));
    }

    private static DeviceType type(long bits) {
        if ((bits & opencl_h.CL_DEVICE_TYPE_GPU()) != 0) {
            return DeviceType.GPU;
        }
        if ((bits & opencl_h.CL_DEVICE_TYPE_ACCELERATOR()) != 0) {
            return DeviceType.ACCELERATOR;
        }
        return (bits & opencl_h.CL_DEVICE_TYPE_CPU()) != 0 ? DeviceType.CPU : DeviceType.OTHER;
    }

    private static Set<String> names(String list) {
        return Stream.of(list.split("\\s+"))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private String platformText(Handle platform, int parameter) {
        return Info.text(driver.info(Driver.Subject.PLATFORM, platform, parameter));
    }

    private String text(Handle device, int parameter) {
        return Info.text(driver.info(Driver.Subject.DEVICE, device, parameter));
    }

    private long number(Handle device, int parameter) {
        return Info.number(driver.info(Driver.Subject.DEVICE, device, parameter));
    }
}
