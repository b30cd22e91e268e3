/**
 * The {@code skein} command line: one picocli command a verb. Text the user asked for goes to
 * standard output, everything else to standard error; the exit code is 0 for success, 1 for a
 * failure that is explained in one line, 2 for a wrong command line.
 */
package dev.skein.runtime.cli;
