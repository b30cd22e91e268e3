/** Drives devices: sessions, back ends, reports and the {@code skein} command line. */
package dev.skein.runtime;
