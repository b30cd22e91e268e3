package dev.skein.ffi.opencl;

/**
 * Names of the error codes of OpenCL 1.2. They are written out, because an error may have to be
 * named where the library is missing, and the generated bindings need it. A test compares them
 * with the generated constants and with JOCL's.
 */
final class ErrorCode {

    static final int SUCCESS = 0;
    static final int DEVICE_NOT_FOUND = -1;
    static final int MEM_OBJECT_ALLOCATION_FAILURE = -4;
    static final int OUT_OF_RESOURCES = -5;
    static final int OUT_OF_HOST_MEMORY = -6;
    static final int INVALID_ARG_INDEX = -49;
    static final int INVALID_KERNEL_ARGS = -52;
    static final int INVALID_BUFFER_SIZE = -61;
    /** Of the extension cl_khr_icd: what the loader says when no driver is installed. */
    static final int PLATFORM_NOT_FOUND_KHR = -1001;

    /** Codes -1, -2, ... */
    private static final String[] RUNTIME = {
        "DEVICE_NOT_FOUND", "DEVICE_NOT_AVAILABLE", "COMPILER_NOT_AVAILABLE",
        "MEM_OBJECT_ALLOCATION_FAILURE", "OUT_OF_RESOURCES", "OUT_OF_HOST_MEMORY",
        "PROFILING_INFO_NOT_AVAILABLE", "MEM_COPY_OVERLAP", "IMAGE_FORMAT_MISMATCH",
        "IMAGE_FORMAT_NOT_SUPPORTED", "BUILD_PROGRAM_FAILURE", "MAP_FAILURE",
        "MISALIGNED_SUB_BUFFER_OFFSET", "EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST",
        "COMPILE_PROGRAM_FAILURE", "LINKER_NOT_AVAILABLE", "LINK_PROGRAM_FAILURE",
        "DEVICE_PARTITION_FAILED", "KERNEL_ARG_INFO_NOT_AVAILABLE",
    };

    private static final int FIRST_INVALID = -30;

    /** Codes -30, -31, ..., each after INVALID_. */
    private static final String[] INVALID = {
        "VALUE", "DEVICE_TYPE", "PLATFORM", "DEVICE", "CONTEXT", "QUEUE_PROPERTIES",
        "COMMAND_QUEUE", "HOST_PTR", "MEM_OBJECT", "IMAGE_FORMAT_DESCRIPTOR", "IMAGE_SIZE",
        "SAMPLER", "BINARY", "BUILD_OPTIONS", "PROGRAM", "PROGRAM_EXECUTABLE", "KERNEL_NAME",
        "KERNEL_DEFINITION", "KERNEL", "ARG_INDEX", "ARG_VALUE", "ARG_SIZE", "KERNEL_ARGS",
        "WORK_DIMENSION", "WORK_GROUP_SIZE", "WORK_ITEM_SIZE", "GLOBAL_OFFSET",
        "EVENT_WAIT_LIST", "EVENT", "OPERATION", "GL_OBJECT", "BUFFER_SIZE", "MIP_LEVEL",
        "GLOBAL_WORK_SIZE", "PROPERTY", "IMAGE_DESCRIPTOR", "COMPILER_OPTIONS",
        "LINKER_OPTIONS", "DEVICE_PARTITION_COUNT",
    };

    private ErrorCode() {}

    static String nameOf(int code) {
        if (code == SUCCESS) {
            return "CL_SUCCESS";
        }
        if (code == PLATFORM_NOT_FOUND_KHR) {
            return "CL_PLATFORM_NOT_FOUND_KHR";
        }
        if (code < SUCCESS && code >= -RUNTIME.length) {
            return "CL_" + RUNTIME[-code - 1];
        }
        if (code <= FIRST_INVALID && code > FIRST_INVALID - INVALID.length) {
            return "CL_INVALID_" + INVALID[FIRST_INVALID - code];
        }
        return "a code that OpenCL 1.2 does not define";
    }

    static boolean isOutOfMemory(int code) {
        return code == MEM_OBJECT_ALLOCATION_FAILURE || code == OUT_OF_RESOURCES
                || code == OUT_OF_HOST_MEMORY || code == INVALID_BUFFER_SIZE;
    }
}
