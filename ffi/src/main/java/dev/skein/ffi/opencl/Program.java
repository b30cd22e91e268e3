package dev.skein.ffi.opencl;

/** Compiled kernels of one source. */
public final class Program extends Owned {

    private final Driver driver;
    private final Device device;
    private final String name;
    private final Handle handle;

    Program(Context owner, Driver driver, Device device, String name, Handle handle) {
        super(owner);
        this.driver = driver;
        this.device = device;
        this.name = name;
        this.handle = handle;
    }

    void build(String options) {
        try {
            driver.buildProgram(handle, device.handle(), options);
        } catch (OpenClException e) {
            throw new OpenClException(e.call(), e.code(), "source=" + name + ", " + e.arguments(),
                    buildLog());
        }
    }

    /** What the compiler said, warnings included; empty if nothing. */
    public String buildLog() {
        check();
        return driver.buildLog(handle, device.handle());
    }

    /**
     * A kernel with arguments of its own.
     *
     * @throws OpenClException if the program has none of this name
     */
    public Kernel createKernel(String kernelName) {
        check();
        Handle kernel = driver.createKernel(handle, kernelName);
        Kernel created = adopt(new Kernel(this, driver, kernelName, kernel));
        try {
            created.inspect(device);
        } catch (OpenClException e) {
            try {
                created.close();
            } catch (OpenClException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
        return created;
    }

    @Override
    void release() {
        driver.release(ObjectKind.PROGRAM, handle);
    }

    @Override
    public String toString() {
        return "program " + name;
    }
}
