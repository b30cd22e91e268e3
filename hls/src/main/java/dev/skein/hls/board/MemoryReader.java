package dev.skein.hls.board;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the keys of the off-chip memories. Times are given in nanoseconds, so that they hold at any
 * kernel clock, and become ticks of the memory clock, rounded up.
 */
final class MemoryReader {
    private static final int MIB = 1 << 20;
    private static final int MAX_CHANNELS = 1024;
    private static final int MAX_CYCLES = 1 << 24;
    /** Nanoseconds that are whole ticks stay so, in spite of their decimal notation. */
    private static final double ROUNDING = 1e-6;

    private final Keys keys;
    private final double kernelMHz;
    private final int cores;
    private final boolean fetchFromHbm;
    private final boolean fetchFromParam;
    private AxiSwitch axiSwitch = AxiSwitch.OFF;

    MemoryReader(Keys keys, double kernelMHz, int cores, Fetch.Source source) {
        this.keys = keys;
        this.kernelMHz = kernelMHz;
        this.cores = cores;
        this.fetchFromHbm = source == Fetch.Source.HBM;
        this.fetchFromParam = source == Fetch.Source.PARAM;
    }

    /** What {@link #read} found. */
    AxiSwitch axiSwitch() {
        return axiSwitch;
    }

    /** The memories of each core. */
    List<CoreMemories> read(int hbmChannels) {
        int[] weights = keys.perCore("hbm.weights.channelsPerCore", cores, 1, MAX_CHANNELS);
        int[] param = keys.perCore("hbm.param.channelsPerCore", cores, fetchFromParam ? 1 : 0,
                MAX_CHANNELS);
        int used = Arrays.stream(weights).sum() + Arrays.stream(param).sum()
                + (fetchFromHbm ? cores : 0);
        if (used > hbmChannels) {
            throw keys.bad("hbm.channels", Integer.toString(hbmChannels),
                    "at least those of all cores for weights, parameters and instructions, "
                            + used);
        }
        double hbmMHz = keys.real("hbm.clock_MHz", kernelMHz, 10_000);
        axiSwitch = axiSwitch(hbmMHz);
        int[] ports = axiSwitch.enabled()
                ? keys.perCore("hbm.ports.perCore", cores, 1, MAX_CHANNELS) : weights;
        Dram hbm = dram("hbm.", hbmMHz);
        Dram ddr = dram("ddr.", keys.real("ddr.clock_MHz", kernelMHz, 10_000));
        OffChipMemory hbmGroup = group("hbm", MAX_CHANNELS, hbm);
        OffChipMemory ddrGroup = group("ddr", keys.integer("ddr.channels", 1, MAX_CHANNELS), ddr);
        int[] hbmWay = keys.perCore("hbm.crossing_cycles", cores, 0, MAX_CYCLES);
        int[] ddrWay = keys.perCore("ddr.crossing_cycles", cores, 0, MAX_CYCLES);
        var out = new ArrayList<CoreMemories>();
        int first = 0;
        for (int c = 0; c < cores; c++) {
            if (ports[c] > weights[c]) {
                throw keys.bad("hbm.ports.perCore", keys.text("hbm.ports.perCore"),
                        "at most hbm.weights.channelsPerCore = " + weights[c] + " of core " + c);
            }
            out.add(new CoreMemories(
                    part(hbmGroup, first, weights[c], ports[c], hbmWay[c]),
                    part(hbmGroup, first + weights[c], param[c], param[c], hbmWay[c]),
                    part(ddrGroup, 0, ddrGroup.channels(), ddrGroup.channels(), ddrWay[c]),
                    part(hbmGroup, first + weights[c] + param[c], fetchFromHbm ? 1 : 0,
                            fetchFromHbm ? 1 : 0, hbmWay[c])));
            first += weights[c] + param[c] + (fetchFromHbm ? 1 : 0);
        }
        return out;
    }

    private static OffChipMemory part(OffChipMemory group, int first, int channels, int ports,
            int crossingCycles) {
        return new OffChipMemory(first, channels, ports, group.channelBytes(),
                group.stripeBytes(), crossingCycles, group.dram());
    }

    private OffChipMemory group(String prefix, int channels, Dram dram) {
        int stripe = keys.integer(prefix + ".stripe_bytes", 1, MIB);
        if (stripe % dram.accessBytes() != 0) {
            throw keys.bad(prefix + ".stripe_bytes", Integer.toString(stripe),
                    "a multiple of " + prefix + ".access_bytes = " + dram.accessBytes());
        }
        return OffChipMemory.local(0, channels,
                (long) keys.integer(prefix + ".channel_MiB", 1, MIB) * MIB, stripe, 0, dram);
    }

    private AxiSwitch axiSwitch(double clockMHz) {
        if (!keys.either("hbm.switch", "on", "off")) {
            return AxiSwitch.OFF;
        }
        return new AxiSwitch(true, keys.integer("hbm.switch.channels", 1, MAX_CHANNELS),
                keys.integer("hbm.switch.stackChannels", 1, MAX_CHANNELS),
                keys.integer("hbm.switch.links", 1, MAX_CHANNELS),
                ticks("hbm.switch.local_ns", clockMHz, 0),
                ticks("hbm.switch.crossing_ns", clockMHz, 0),
                ticks("hbm.switch.stack_ns", clockMHz, 0));
    }

    private Dram dram(String prefix, double clockMHz) {
        int perTick = keys.integer(prefix + "bytesPerClock", 1, 1 << 12);
        int burst = keys.multiple(prefix + "burst_bytes", perTick, 1 << 16);
        int access = keys.multiple(prefix + "access_bytes", burst, 1 << 16);
        int row = keys.multiple(prefix + "row_bytes", burst, MIB);
        if (Integer.bitCount(row / burst) != 1) {
            throw keys.bad(prefix + "row_bytes", Integer.toString(row),
                    "a power of two times " + prefix + "burst_bytes = " + burst);
        }
        double portMBps = keys.integer(prefix + "port_bytesPerCycle", 1, 1 << 16) * kernelMHz;
        if (portMBps < perTick * clockMHz) {
            throw keys.bad(prefix + "port_bytesPerCycle", keys.text(prefix + "port_bytesPerCycle"),
                    "at least " + (int) Math.ceil(perTick * clockMHz / kernelMHz)
                            + ", what a channel moves in a kernel cycle");
        }
        return new Dram(ClockRatio.ofMHz(clockMHz, kernelMHz), perTick, burst, access, row,
                map(prefix), keys.either(prefix + "page", "closed", "open"),
                keys.either(prefix + "refresh", "perBank", "allBank"),
                keys.integer(prefix + "lookahead_segments", 1, 64),
                timing(prefix, clockMHz, burst / perTick),
                ticks(prefix + "latency_ns", clockMHz, burst / perTick));
    }

    private AddressMap map(String prefix) {
        int groups = powerOfTwo(prefix + "bankGroups");
        int banks = powerOfTwo(prefix + "banksPerGroup");
        String text = keys.text(prefix + "map");
        try {
            return AddressMap.parse(text, groups, banks);
        } catch (IllegalArgumentException e) {
            throw keys.bad(prefix + "map", text, e.getMessage());
        }
    }

    private int powerOfTwo(String key) {
        int n = keys.integer(key, 1, 16);
        if (Integer.bitCount(n) != 1) {
            throw keys.bad(key, Integer.toString(n), "a power of two");
        }
        return n;
    }

    private DramTiming timing(String prefix, double clockMHz, int burstTicks) {
        int nCCDS = keys.integer(prefix + "nCCD_S_clocks", burstTicks, MAX_CYCLES);
        int nCCDL = keys.integer(prefix + "nCCD_L_clocks", nCCDS, MAX_CYCLES);
        int nRFC = ticks(prefix + "tRFC_ns", clockMHz, 1);
        int nRFCsb = ticks(prefix + "tRFCsb_ns", clockMHz, 1);
        int nRP = ticks(prefix + "tRP_ns", clockMHz, 0);
        int nREFI = (int) Math.floor(keys.real(prefix + "tREFI_ns", 0, 1e7) * clockMHz / 1e3
                + ROUNDING);
        if (nREFI <= 2 * Math.max(nRFC, nRFCsb)) {
            throw keys.bad(prefix + "tREFI_ns", keys.text(prefix + "tREFI_ns"),
                    "more than twice the duration of a refresh");
        }
        return new DramTiming(ticks(prefix + "tRCD_ns", clockMHz, 0), nRP,
                ticks(prefix + "tRAS_ns", clockMHz, 0), ticks(prefix + "tRC_ns", clockMHz, 0),
                ticks(prefix + "tRRD_S_ns", clockMHz, 0), ticks(prefix + "tRRD_L_ns", clockMHz, 0),
                ticks(prefix + "tFAW_ns", clockMHz, 0), nCCDS, nCCDL,
                ticks(prefix + "tRTP_ns", clockMHz, 0), ticks(prefix + "tCWL_ns", clockMHz, 0),
                ticks(prefix + "tWR_ns", clockMHz, 0), ticks(prefix + "tWTR_S_ns", clockMHz, 0),
                ticks(prefix + "tWTR_L_ns", clockMHz, 0), ticks(prefix + "tRTW_ns", clockMHz, 0),
                nRFC, nRFCsb, nREFI);
    }

    /** Nanoseconds as ticks, rounded up. */
    private int ticks(String key, double clockMHz, int min) {
        int ticks = (int) Math.ceil(keys.real(key, 0, 1e6) * clockMHz / 1e3 - ROUNDING);
        if (ticks < min) {
            throw keys.bad(key, keys.text(key), "at least " + min + " clocks of the memory");
        }
        return ticks;
    }
}
