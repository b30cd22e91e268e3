package dev.skein.hls.board;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;

/** Reads what a card is made of and what the overlay is built of from a board file. */
final class FabricReader {
    private static final int MAX_COUNT = 100_000_000;
    private static final int KIB = 1 << 10;
    private final Keys keys;

    FabricReader(Keys keys) {
        this.keys = keys;
    }

    Fabric read(int cores) {
        Technology technology = technology();
        List<Resources> slrs = slrs();
        List<Integer> coreSlr = keys.integers("cores.slr", 0, slrs.size() - 1);
        if (coreSlr.size() != cores) {
            throw keys.bad("cores.slr", coreSlr.size() + " SLRs", "one for each of the " + cores
                    + " cores");
        }
        return new Fabric(technology, slrs, coreSlr, buffer("act"), buffer("wgt"), buffer("par"),
                keys.integer("overlay.index_KiB", 0, 16 * KIB) * KIB,
                keys.choice("overlay.storeFifo.ram", List.of(RamKind.BRAM, RamKind.LUTRAM)),
                keys.choice("overlay.sfu.format", List.of(SfuFormat.values())),
                new PlatformReader(keys).read());
    }

    private RamKind buffer(String space) {
        return keys.choice("overlay." + space + ".ram", List.of(RamKind.BRAM, RamKind.URAM));
    }

    private List<Resources> slrs() {
        var counts = new EnumMap<Resource, List<Integer>>(Resource.class);
        for (Resource resource : Resource.values()) {
            counts.put(resource, keys.integers("card.slr." + resource, 0, MAX_COUNT));
        }
        int slrs = counts.get(Resource.LUT).size();
        for (Resource resource : Resource.values()) {
            if (counts.get(resource).size() != slrs) {
                throw keys.bad("card.slr." + resource, counts.get(resource).size() + " SLRs",
                        "as many as card.slr.LUT: " + slrs);
            }
        }
        var out = new ArrayList<Resources>();
        for (int slr = 0; slr < slrs; slr++) {
            out.add(new Resources(counts.get(Resource.LUT).get(slr),
                    counts.get(Resource.FF).get(slr), counts.get(Resource.BRAM36).get(slr),
                    counts.get(Resource.URAM).get(slr), counts.get(Resource.DSP).get(slr)));
        }
        return out;
    }

    /** Families are part of this project: a card of another one is a new file beside them. */
    private Technology technology() {
        String name = keys.text("card.technology");
        String file = "technology/" + name + ".properties";
        if (!name.matches("[a-z0-9-]{1,40}")) {
            throw keys.bad("card.technology", name, "the name of a file in technology/");
        }
        try (InputStream in = FabricReader.class.getResourceAsStream(file)) {
            if (in == null) {
                throw keys.bad("card.technology", name, "the name of a file in technology/");
            }
            return technology(name, new Keys(file,
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new BoardException("board file " + file + ": " + e.getMessage());
        }
    }

    static Technology technology(String name, Keys keys) {
        var sfu = new EnumMap<SfuFormat, Technology.SfuSize>(SfuFormat.class);
        for (SfuFormat format : SfuFormat.values()) {
            String prefix = "sfu." + format.name().toLowerCase(Locale.ROOT) + ".";
            sfu.put(format, new Technology.SfuSize(count(keys, prefix + "lane_LUT"),
                    count(keys, prefix + "lane_DSP"), count(keys, prefix + "exponential_LUT"),
                    count(keys, prefix + "exponential_DSP"), count(keys, prefix + "core_DSP")));
        }
        var usable = new EnumMap<Resource, Integer>(Resource.class);
        for (Resource resource : Resource.values()) {
            usable.put(resource, keys.integer("usable." + resource + "_percent", 1, 100));
        }
        Technology technology = new Technology(name,
                keys.integer("dsp.activationsPerWeight", 1, 8),
                keys.integer("dsp.dotProductTerms", 1, 8), keys.integer("bram36.data_bytes", 1, KIB
                * KIB), keys.integer("uram.data_bytes", 1, KIB * KIB),
                keys.integer("ram.port_bytes", 1, KIB), count(keys, "mpe.operandMux_LUT"),
                count(keys, "mpe.expander_LUT"), count(keys, "stream.control_LUT"),
                count(keys, "stream.fifo_BRAM36"), count(keys, "stream.fifo_LUT"),
                count(keys, "port.interconnect_LUT"), sfu,
                keys.real("flipFlopsPerLut", 0, 100), usable);
        keys.refuseUnread();
        return technology;
    }

    private static int count(Keys keys, String key) {
        return keys.integer(key, 0, MAX_COUNT);
    }
}
