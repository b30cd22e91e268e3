package dev.skein.sim.csd.flash;

import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Files that lose power at a step. Of what was not synchronised then, some writes are there, some
 * are not, some are torn, in no order: what a host's page cache or a drive's own cache may do.
 */
final class FaultyMedium implements Medium {
    private final Medium files;
    private final SplittableRandom random;
    private final long cutAt;
    private final List<Unsynced> unsynced = new ArrayList<>();
    private long steps;
    private boolean dead;

    private record Unsynced(int channel, long offset, byte[] before, byte[] after) {}

    FaultyMedium(Medium files, long seed, long cutAt) {
        this.files = files;
        this.random = new SplittableRandom(seed);
        this.cutAt = cutAt;
    }

    @Override
    public void read(int channel, long offset, byte[] into) throws IOException {
        requirePower();
        files.read(channel, offset, into);
    }

    @Override
    public void write(int channel, long offset, byte[] bytes) throws IOException {
        requirePower();
        byte[] before = new byte[bytes.length];
        files.read(channel, offset, before);
        unsynced.add(new Unsynced(channel, offset, before, bytes.clone()));
        files.write(channel, offset, bytes);
        step();
    }

    @Override
    public void sync() throws IOException {
        requirePower();
        step();
        unsynced.clear();
        // Not forced: the power cut is a simulated one, and this process goes on.
    }

    private void step() throws IOException {
        if (steps++ == cutAt) {
            dead = true;
            cut();
            requirePower();
        }
    }

    private void cut() throws IOException {
        for (Unsynced w : unsynced.reversed()) {
            files.write(w.channel(), w.offset(), w.before());
        }
        for (Unsynced w : unsynced) {
            int kept = switch (random.nextInt(3)) {
                case 0 -> 0;
                case 1 -> random.nextInt(w.after().length + 1);
                default -> w.after().length;
            };
            files.write(w.channel(), w.offset(), Arrays.copyOf(w.after(), kept));
        }
        unsynced.clear();
    }

    private void requirePower() {
        if (dead) {
            throw new DriveException(Status.POWER_LOST, "power went at write step " + cutAt
                    + " (planted fault); open the drive again");
        }
    }

    @Override
    public long size(int channel) throws IOException {
        requirePower();
        return files.size(channel);
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
