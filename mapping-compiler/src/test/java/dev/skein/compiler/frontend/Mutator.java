package dev.skein.compiler.frontend;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Changes valid files: flips, cuts, splices, and numbers put where a length may stand. */
final class Mutator {
    /** Values at which length arithmetic tends to break. */
    private static final long[] EDGES = {0, 1, 2, 3, 4, 8, 13, 31, 32, 33, 255, 256, 1023, 65535,
        65536, 0x7fffffffL, 0x80000000L, 0xffffffffL, 0x100000000L, 1L << 40, 1L << 61, 1L << 62,
        Long.MAX_VALUE - 7, Long.MAX_VALUE, Long.MIN_VALUE, -8, -2, -1};

    private final RandomGenerator random;
    private final byte[][] samples;

    Mutator(RandomGenerator random, byte[][] samples) {
        this.random = random;
        this.samples = samples;
    }

    /** One of the samples, changed one to eight times. */
    byte[] next() {
        byte[] file = pick().clone();
        int changes = 1 << random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            file = change(file);
        }
        return file;
    }

    private byte[] change(byte[] file) {
        if (file.length < 2) {
            return pick().clone();
        }
        return switch (random.nextInt(10)) {
            case 0 -> Arrays.copyOf(file, random.nextInt(file.length));
            case 1 -> splice(file, pick());
            case 2 -> splice(file, file);
            case 3 -> remove(file);
            case 4 -> digit(file);
            case 5, 6 -> number(file);
            case 7 -> set(file, (byte) random.nextInt(256));
            default -> flip(file);
        };
    }

    private byte[] pick() {
        return samples[random.nextInt(samples.length)];
    }

    private byte[] flip(byte[] file) {
        file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
        return file;
    }

    private static byte[] at(byte[] file, int index, byte value) {
        file[index] = value;
        return file;
    }

    private byte[] set(byte[] file, byte value) {
        return at(file, random.nextInt(file.length), value);
    }

    /** Another digit for one in a text, so that JSON stays JSON. */
    private byte[] digit(byte[] file) {
        int start = random.nextInt(file.length);
        for (int i = start; i < file.length; i++) {
            if (file[i] >= '0' && file[i] <= '9') {
                return at(file, i, (byte) ('0' + random.nextInt(10)));
            }
        }
        return set(file, (byte) '9');
    }

    /** An edge value, or the file's size or so, over 1, 2, 4 or 8 bytes. */
    private byte[] number(byte[] file) {
        int bytes = 1 << random.nextInt(4);
        if (bytes > file.length) {
            return flip(file);
        }
        long value = random.nextInt(4) == 0 ? file.length + random.nextInt(-9, 10)
                : EDGES[random.nextInt(EDGES.length)];
        int at = random.nextInt(file.length - bytes + 1);
        if (random.nextBoolean()) {
            at = Math.min(at & -bytes, file.length - bytes);
        }
        byte[] raw = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
        System.arraycopy(raw, 0, file, at, bytes);
        return file;
    }

    /** A piece of {@code other} put into {@code file}, over what is there or between it. */
    private byte[] splice(byte[] file, byte[] other) {
        int count = 1 + random.nextInt(Math.min(64, other.length));
        int from = random.nextInt(other.length - count + 1);
        int to = random.nextInt(file.length);
        boolean between = random.nextBoolean();
        int end = between ? to : Math.min(file.length, to + count);
        byte[] result = new byte[to + count + file.length - end];
        System.arraycopy(file, 0, result, 0, to);
        System.arraycopy(other, from, result, to, count);
        System.arraycopy(file, end, result, to + count, file.length - end);
        return result;
    }

    private byte[] remove(byte[] file) {
        int count = 1 + random.nextInt(Math.min(64, file.length - 1));
        int at = random.nextInt(file.length - count + 1);
        byte[] result = new byte[file.length - count];
        System.arraycopy(file, 0, result, 0, at);
        System.arraycopy(file, at + count, result, at, result.length - at);
        return result;
    }
}
