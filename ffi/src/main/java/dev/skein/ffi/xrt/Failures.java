package dev.skein.ffi.xrt;

import dev.skein.ffi.xrt.XrtException.Failure;

/** What it means when a function of XRT fails, for people. */
final class Failures {
    private static final int EPERM = 1;
    private static final int ENOMEM = 12;
    private static final int EACCES = 13;
    private static final int EBUSY = 16;

    private Failures() {}

    /**
     * The exception for a failed call.
     *
     * @param result what it gave
     * @param errno as the C library has it
     * @param said last line of XRT's on standard error; may be empty
     */
    static XrtException of(String function, long result, int errno, String said) {
        int code = errno != 0 ? errno : (int) Math.abs(result);
        String detail = " (" + function + " gave " + result + ", errno " + errno
                + (said.isEmpty() ? "" : ": " + said.replaceFirst("^\\[XRT] ERROR: ", "")) + ")";
        Failure failure = kind(function, code);
        String sentence = switch (failure) {
            case NO_CARD -> "no card answers" + detail + "; see 'xbutil examine' for the cards that"
                    + " are there, and whether this user may open them";
            case BUSY -> "the card is busy: another process holds it" + detail + "; end that one,"
                    + " or take another card";
            case WRONG_XCLBIN -> "the card refuses the bitstream" + detail + "; it has to be linked"
                    + " for the shell that is on the card, see 'xbutil examine'";
            case NO_MEMORY -> "a memory bank of the card has not that much room left" + detail
                    + "; compile the model with fewer bits or a smaller --context, or end what"
                    + " else is on the card";
            case RUN_FAILED, TIMEOUT, PROCESS_DIED, OTHER -> "a call of XRT failed" + detail
                    + "; 'xbutil examine' and dmesg say more";
        };
        return new XrtException(failure, sentence);
    }

    private static Failure kind(String function, int code) {
        if (code == EBUSY) {
            return Failure.BUSY;
        }
        return switch (function) {
            case "xrtDeviceOpen" -> Failure.NO_CARD;
            case "xrtDeviceLoadXclbin" -> code == EPERM || code == EACCES ? Failure.BUSY
                    : Failure.WRONG_XCLBIN;
            case "xrtPLKernelOpen", "xrtKernelArgGroupId" -> Failure.WRONG_XCLBIN;
            case "xrtBOAlloc" -> code == 0 || code == ENOMEM ? Failure.NO_MEMORY : Failure.OTHER;
            default -> Failure.OTHER;
        };
    }
}
