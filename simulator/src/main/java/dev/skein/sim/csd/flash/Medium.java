package dev.skein.sim.csd.flash;

import java.io.Closeable;
import java.io.IOException;

/** The files of the flash channels. Bytes never written are zeros. */
interface Medium extends Closeable {
    void read(int channel, long offset, byte[] into) throws IOException;

    void write(int channel, long offset, byte[] bytes) throws IOException;

    /** Makes everything written durable. */
    void sync() throws IOException;

    /** Bytes up to the last one ever written. */
    long size(int channel) throws IOException;
}
