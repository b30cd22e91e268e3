package dev.skein.sim.functional;

import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * The off-chip memories of a device as its programs see them: HBM and PARAM of each core and the
 * shared DDR. Only regions exist; a region is backed by an image (a mapped file, say) or by zeros
 * that take space once written. The programs of a model (decode, prefill) share one.
 *
 * <p>Several threads may use it at a time if none writes bytes that another uses, which the
 * verifier proves of the cores of a program between two barriers.
 */
public final class DeviceMemory {
    private final int cores;
    /** By memory, then core (one row for DDR), then offset. */
    private final MemoryExtent[][][] extents;

    private DeviceMemory(int cores, MemoryExtent[][][] extents) {
        this.cores = cores;
        this.extents = extents;
    }

    /**
     * Memory with the regions of all programs. The same region may occur in several, also in
     * different sizes (the larger counts); otherwise regions must not overlap.
     *
     * @param programs at least one, all with as many cores
     * @param images the content of a region, of exactly its size, or null for zeros
     * @throws IllegalArgumentException if regions overlap or an image has the wrong size
     */
    public static DeviceMemory of(List<Program> programs, Function<Region, MemorySegment> images) {
        int cores = programs.getFirst().cores();
        Set<Region> regions = new LinkedHashSet<>();
        for (Program p : programs) {
            if (p.cores() != cores) {
                throw new IllegalArgumentException("program " + p.name() + " has " + p.cores()
                        + " cores, program " + programs.getFirst().name() + " has " + cores);
            }
            regions.addAll(p.regions());
        }
        var extents = new MemoryExtent[Memory.values().length][][];
        for (Memory memory : Memory.values()) {
            var byCore = new MemoryExtent[memory == Memory.DDR ? 1 : cores][];
            for (int core = 0; core < byCore.length; core++) {
                byCore[core] = place(regions, memory, memory == Memory.DDR ? Region.SHARED : core,
                        images);
            }
            extents[memory.ordinal()] = byCore;
        }
        return new DeviceMemory(cores, extents);
    }

    private static MemoryExtent[] place(Set<Region> regions, Memory memory, int core,
            Function<Region, MemorySegment> images) {
        var own = new ArrayList<>(regions.stream()
                .filter(r -> r.memory() == memory && r.core() == core && r.bytes() > 0).toList());
        own.sort(Comparator.comparingLong(Region::offset)
                .thenComparing(Region::bytes, Comparator.reverseOrder()));
        var out = new ArrayList<MemoryExtent>();
        Region last = null;
        for (Region r : own) {
            if (last != null && r.offset() < last.offset() + last.bytes()) {
                if (r.offset() + r.bytes() > last.offset() + last.bytes()
                        || r.kind() != last.kind()) {
                    throw new IllegalArgumentException(describe(r) + " overlaps "
                            + describe(last) + ": regions are disjoint or of one kind and nested");
                }
                continue;
            }
            out.add(back(r, images.apply(r)));
            last = r;
        }
        return out.toArray(MemoryExtent[]::new);
    }

    private static MemoryExtent back(Region region, MemorySegment image) {
        if (image == null) {
            return new MemoryExtent.Zeroed(region);
        }
        if (image.byteSize() != region.bytes()) {
            throw new IllegalArgumentException("image of " + describe(region) + " has "
                    + image.byteSize() + " bytes, the region " + region.bytes());
        }
        return new MemoryExtent.Image(region, image);
    }

    /** Number of cores. */
    public int cores() {
        return cores;
    }

    /** The regions in order of memory, core and offset. */
    public List<Region> regions() {
        var out = new ArrayList<Region>();
        for (MemoryExtent[][] byCore : extents) {
            for (MemoryExtent[] list : byCore) {
                for (MemoryExtent e : list) {
                    out.add(e.region());
                }
            }
        }
        return out;
    }

    /**
     * The region that holds a byte.
     *
     * @throws IllegalStateException if none does
     */
    public Region region(Memory memory, int core, long address) {
        return extent(memory, core, address, 1).region();
    }

    /**
     * Reads as a core does.
     *
     * @param core which core's memory; DDR is the same for all
     * @param address from the start of the memory
     * @param dst receives {@code n} bytes from index {@code at} on
     * @throws IllegalStateException if the bytes do not lie inside one region
     */
    public void read(Memory memory, int core, long address, byte[] dst, int at, int n) {
        Objects.checkFromIndexSize(at, n, dst.length);
        MemoryExtent e = extent(memory, core, address, n);
        e.read(address - e.region().offset(), dst, at, n);
    }

    /**
     * Writes as a core does.
     *
     * @throws IllegalStateException if the bytes do not lie inside one region the device may write
     */
    public void write(Memory memory, int core, long address, byte[] src, int at, int n) {
        Objects.checkFromIndexSize(at, n, src.length);
        MemoryExtent e = extent(memory, core, address, n);
        if (!e.region().writable()) {
            throw new IllegalStateException("store of " + n + " B at " + memory + " of core " + core
                    + ", offset " + address + ": " + describe(e.region()) + " is read only");
        }
        e.write(address - e.region().offset(), src, at, n);
    }

    /** Reads for the host: {@code n} bytes of a region from {@code offset} in it. */
    public byte[] read(Region region, long offset, int n) {
        byte[] out = new byte[n];
        read(region.memory(), Math.max(0, region.core()), region.offset() + offset, out, 0, n);
        return out;
    }

    /** Writes for the host, which may write every region that is not a read-only image. */
    public void write(Region region, long offset, byte[] bytes) {
        long address = region.offset() + offset;
        MemoryExtent e = extent(region.memory(), Math.max(0, region.core()), address,
                bytes.length);
        e.write(address - e.region().offset(), bytes, 0, bytes.length);
    }

    /**
     * Writes the ids of a step's tokens to the INPUT region.
     *
     * @param ids {@code [CNT]}
     */
    public void writeTokens(int... ids) {
        byte[] bytes = new byte[Math.multiplyExact(4, ids.length)];
        for (int i = 0; i < ids.length; i++) {
            LittleEndian.putInt32(bytes, 4 * i, ids[i]);
        }
        write(only(Region.Kind.INPUT), 0, bytes);
    }

    /** The logits {@code [vocab]} of the last token of the last step, from the OUTPUT region. */
    public float[] readLogits(int vocab) {
        byte[] bytes = read(only(Region.Kind.OUTPUT), 0, Math.multiplyExact(4, vocab));
        float[] logits = new float[vocab];
        for (int i = 0; i < vocab; i++) {
            logits[i] = LittleEndian.float32(bytes, 4 * i);
        }
        return logits;
    }

    /** Bytes of memory taken by regions without an image. */
    public long touchedBytes() {
        long sum = 0;
        for (MemoryExtent[][] byCore : extents) {
            for (MemoryExtent[] list : byCore) {
                for (MemoryExtent e : list) {
                    sum += e instanceof MemoryExtent.Zeroed z ? z.touchedBytes() : 0;
                }
            }
        }
        return sum;
    }

    private Region only(Region.Kind kind) {
        List<Region> found = regions().stream().filter(r -> r.kind() == kind).toList();
        if (found.size() != 1) {
            throw new IllegalStateException(
                    found.size() + " regions of kind " + kind + ", exactly 1 needed");
        }
        return found.getFirst();
    }

    private MemoryExtent extent(Memory memory, int core, long address, int n) {
        MemoryExtent[][] byCore = extents[memory.ordinal()];
        for (MemoryExtent e : byCore[memory == Memory.DDR ? 0 : core]) {
            long from = address - e.region().offset();
            if (from >= 0 && n >= 0 && from <= e.region().bytes() - n) {
                return e;
            }
        }
        throw new IllegalStateException("access of " + n + " B at " + memory + " of core " + core
                + ", offset " + address + ": not inside one region");
    }

    private static String describe(Region r) {
        return "region " + r.name() + " (" + r.kind() + ", " + r.memory() + ", offset " + r.offset()
                + ", " + r.bytes() + " B)";
    }
}
