package dev.skein.sim.csd.flash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;

/** One file a flash channel. */
final class FileMedium implements Medium {
    private final FileChannel[] files;
    private final boolean[] written;

    FileMedium(Path folder, int channels, boolean write) throws IOException {
        files = new FileChannel[channels];
        written = new boolean[channels];
        Set<OpenOption> how = write
                ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
                : Set.of(StandardOpenOption.READ);
        try {
            for (int i = 0; i < channels; i++) {
                files[i] = FileChannel.open(folder.resolve(name(i)), how);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    static String name(int channel) {
        return "channel-%02d.flash".formatted(channel);
    }

    @Override
    public void read(int channel, long offset, byte[] into) throws IOException {
        ByteBuffer to = ByteBuffer.wrap(into);
        while (to.hasRemaining()) {
            if (files[channel].read(to, offset + to.position()) < 0) {
                Arrays.fill(into, to.position(), into.length, (byte) 0);
                return;
            }
        }
    }

    @Override
    public void write(int channel, long offset, byte[] bytes) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        written[channel] = true;
        while (from.hasRemaining()) {
            files[channel].write(from, offset + from.position());
        }
    }

    @Override
    public void sync() throws IOException {
        for (int i = 0; i < files.length; i++) {
            if (written[i]) {
                files[i].force(true);
                written[i] = false;
            }
        }
    }

    @Override
    public long size(int channel) throws IOException {
        return files[channel].size();
    }

    @Override
    public void close() throws IOException {
        for (FileChannel file : files) {
            if (file != null) {
                file.close();
            }
        }
    }
}
