package dev.skein.ffi.opencl;

import dev.skein.ffi.opencl.generated.opencl_h;

/** A command that was enqueued: is it done, and when did it run. */
public final class Event extends Owned {

    private final Driver driver;
    private final Handle handle;
    private final boolean profiled;

    Event(CommandQueue owner, Driver driver, Handle handle, boolean profiled) {
        super(owner);
        this.driver = driver;
        this.handle = handle;
        this.profiled = profiled;
    }

    Handle handle() {
        check();
        return handle;
    }

    /**
     * Waits until the command is done.
     *
     * @throws OpenClException if it failed
     */
    public void await() {
        check();
        driver.waitFor(handle);
        status();
    }

    /** Whether the command is done. */
    public boolean isDone() {
        check();
        return status() == opencl_h.CL_COMPLETE();
    }

    /** @throws OpenClException if the command ended with an error */
    private int status() {
        int status = (int) Info.number(driver.info(Driver.Subject.EVENT, handle,
                opencl_h.CL_EVENT_COMMAND_EXECUTION_STATUS()));
        if (status < 0) {
            throw new OpenClException("the enqueued command", status, "");
        }
        return status;
    }

    /**
     * When the command ran; waits until it is done.
     *
     * @throws IllegalStateException if its queue takes no times
     */
    public EventTimes times() {
        if (!profiled) {
            throw new IllegalStateException("the event is of a queue without profiling");
        }
        await();
        return new EventTimes(time(opencl_h.CL_PROFILING_COMMAND_QUEUED()),
                time(opencl_h.CL_PROFILING_COMMAND_SUBMIT()),
                time(opencl_h.CL_PROFILING_COMMAND_START()),
                time(opencl_h.CL_PROFILING_COMMAND_END()));
    }

    private long time(int parameter) {
        return Info.number(driver.info(Driver.Subject.EVENT_TIME, handle, parameter));
    }

    @Override
    void release() {
        driver.release(ObjectKind.EVENT, handle);
    }

    @Override
    public String toString() {
        return "event";
    }
}
