package dev.skein.compiler.frontend;

import io.jhdf.checksum.ChecksumUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds HDF5 model files byte by byte for tests: one file config.json and one tensor w, float32
 * [2]. What is not set is right, so that a test breaks one rule.
 */
public final class Hdf5Builder {
    static final int DATASPACE = 0x01;
    static final int LINK_INFO = 0x02;
    static final int DATATYPE = 0x03;
    static final int LINK = 0x06;
    static final int LAYOUT = 0x08;
    static final int ATTRIBUTE = 0x0c;

    byte[] versionAttribute = attribute("skein_model_version", integer(4),
            new LittleEndian().u32(1).bytes());
    byte[] type = float32();
    byte[] space = dims(2);
    byte[] layout;
    byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
    byte[] configType = integer(1);
    final List<byte[]> tensorMessages = new ArrayList<>();
    final List<byte[]> rootMessages = new ArrayList<>();
    boolean linkModel = true;
    String otherLink;
    boolean linkGroup;
    boolean storeConfigInTensor;

    /** Addresses in the file built last. */
    long dataAddress;
    long tensorAddress;
    long groupAddress;
    long modelAddress;
    long rootAddress;

    private final LittleEndian out = new LittleEndian();

    byte[] build() {
        out.raw(new byte[48]);
        dataAddress = raw(new LittleEndian().f32(1).f32(2).bytes());
        long configAt = storeConfigInTensor ? dataAddress : raw(config);
        long configHeader = object(message(DATATYPE, configType),
                message(DATASPACE, dims(config.length)),
                message(LAYOUT, layout(configAt, config.length)));
        List<byte[]> tensor = new ArrayList<>(List.of(message(DATATYPE, type),
                message(DATASPACE, space),
                message(LAYOUT, layout == null ? layout(dataAddress, 8) : layout)));
        tensor.addAll(tensorMessages);
        tensorAddress = object(tensor.toArray(byte[][]::new));
        modelAddress = object(linkInfo(), message(LINK, link("config.json", configHeader)));
        tensorAddress = linkGroup ? object(linkInfo()) : tensorAddress;
        List<byte[]> group = new ArrayList<>(List.of(linkInfo(),
                message(LINK, link("w", tensorAddress))));
        if (otherLink != null) {
            group.add(message(LINK, link(otherLink, tensorAddress)));
        }
        groupAddress = object(group.toArray(byte[][]::new));
        List<byte[]> root = new ArrayList<>(List.of(linkInfo()));
        if (versionAttribute != null) {
            root.add(message(ATTRIBUTE, versionAttribute));
        }
        if (linkModel) {
            root.add(message(LINK, link("model", modelAddress)));
        }
        root.add(message(LINK, link("tensors", groupAddress)));
        root.addAll(rootMessages);
        rootAddress = object(root.toArray(byte[][]::new));
        byte[] file = out.bytes();
        superblock(file, rootAddress);
        repair(file);
        return file;
    }

    private long raw(byte[] bytes) {
        long at = out.size();
        out.raw(bytes);
        return at;
    }

    private long object(byte[]... messages) {
        LittleEndian body = new LittleEndian();
        for (byte[] message : messages) {
            body.raw(message);
        }
        return raw(new LittleEndian().raw("OHDR").u8(2).u8(2).u32(body.size())
                .raw(body.bytes()).u32(0).bytes());
    }

    static byte[] message(int type, byte[] body) {
        return message(type, 0, body);
    }

    static byte[] message(int type, int flags, byte[] body) {
        return new LittleEndian().u8(type).u16(body.length).u8(flags).raw(body).bytes();
    }

    static byte[] linkInfo() {
        return message(LINK_INFO, new LittleEndian().u8(0).u8(0).u64(-1).u64(-1).bytes());
    }

    static byte[] link(String name, long address) {
        return new LittleEndian().u8(1).u8(0).u8(name.length()).raw(name).u64(address).bytes();
    }

    static byte[] dims(long... extents) {
        LittleEndian space = new LittleEndian().u8(2).u8(extents.length).u8(0)
                .u8(extents.length == 0 ? 0 : 1);
        for (long extent : extents) {
            space.u64(extent);
        }
        return space.bytes();
    }

    static byte[] layout(long address, long bytes) {
        return new LittleEndian().u8(3).u8(1).u64(address).u64(bytes).bytes();
    }

    static byte[] integer(int bytes) {
        return new LittleEndian().u8(0x10).u8(0).u16(0).u32(bytes).u16(0).u16(8 * bytes).bytes();
    }

    static byte[] float32() {
        return new LittleEndian().u8(0x11).u8(0x20).u8(31).u8(0).u32(4).u16(0).u16(32).u8(23)
                .u8(8).u8(0).u8(23).u32(127).bytes();
    }

    static byte[] text(int bytes) {
        return new LittleEndian().u8(0x13).u8(0x10).u16(0).u32(bytes).bytes();
    }

    /** A scalar attribute. */
    static byte[] attribute(String name, byte[] type, byte[] data) {
        byte[] space = dims();
        return new LittleEndian().u8(3).u8(0).u16(name.length() + 1).u16(type.length)
                .u16(space.length).u8(1).raw(name).u8(0).raw(type).raw(space).raw(data).bytes();
    }

    static byte[] format(String name) {
        return message(ATTRIBUTE, attribute("format", text(name.length() + 1),
                new LittleEndian().raw(name).u8(0).bytes()));
    }

    private static void superblock(byte[] file, long rootAddress) {
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Hdf5Storage.SIGNATURE)
                .putInt(8, 0x00080802).putLong(12, 0).putLong(20, -1).putLong(28, file.length)
                .putLong(36, rootAddress);
    }

    /** Makes every checksum right again, so that a change gets past them. */
    public static byte[] repair(byte[] file) {
        ByteBuffer view = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length >= 48) {
            view.putInt(44, ChecksumUtils.checksum(Arrays.copyOf(file, 44)));
        }
        for (int at = 48; at <= file.length - 14; at++) {
            if (view.getInt(at) == 0x5244484f) {
                int flags = file[at + 5];
                int timesBytes = (flags & 0x20) != 0 ? 16 : 0;
                int sizeAt = at + 6 + timesBytes + ((flags & 0x10) != 0 ? 4 : 0);
                int sizeBytes = 1 << (flags & 3);
                long size = 0;
                for (int i = 0; i < sizeBytes && sizeAt + i < file.length; i++) {
                    size |= (file[sizeAt + i] & 0xffL) << 8 * i;
                }
                long end = sizeAt + sizeBytes + size;
                if (size >= 0 && end > 0 && end <= file.length - 4) {
                    view.putInt((int) end,
                            ChecksumUtils.checksum(Arrays.copyOfRange(file, at, (int) end)));
                }
            }
        }
        return file;
    }
}
