package dev.skein.hls.board.resource;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.Fabric;
import dev.skein.hls.board.MatrixEngine.Shape;
import dev.skein.hls.board.RamKind;
import dev.skein.hls.board.Resource;
import dev.skein.hls.board.Resources;
import dev.skein.hls.board.Technology;

import java.util.ArrayList;
import java.util.List;

/**
 * Estimates what an overlay takes of a card. With FlightLLM's architecture (board
 * {@code u280-flightllm}) it gives the published 6345 DSP and 792 URAM exactly.
 */
public final class ResourceModel {
    private static final int BITS_PER_WEIGHT = 8;
    /** Binary32, two operands of an element-wise operation. */
    private static final int SFU_OPERAND_BYTES = 2 * 4;
    /** An instruction port reads what a memory channel delivers in a cycle. */
    private static final int FETCH_PORTS = 1;

    private final Fabric fabric;
    private final Technology technology;

    ResourceModel(Fabric fabric) {
        this.fabric = fabric;
        this.technology = fabric.technology();
    }

    /** The estimate for one core of a board, alone on its card. */
    public static ResourceEstimate estimate(Board board, int core) {
        List<Part> parts = new ResourceModel(board.fabric()).core(CoreShape.of(board, core));
        Resources use = parts.stream().map(Part::use).reduce(Resources.NONE, Resources::plus);
        List<SlrUse> all = estimate(board).slrs();
        var slrs = new ArrayList<SlrUse>();
        for (int slr = 0; slr < all.size(); slr++) {
            boolean here = slr == board.fabric().coreSlr().get(core);
            slrs.add(new SlrUse(here ? use : Resources.NONE, all.get(slr).capacity(),
                    all.get(slr).usable()));
        }
        return new ResourceEstimate(parts, slrs);
    }

    /** The estimate for a board. */
    public static ResourceEstimate estimate(Board board) {
        var shapes = new ArrayList<CoreShape>();
        for (int core = 0; core < board.cores(); core++) {
            shapes.add(CoreShape.of(board, core));
        }
        return new ResourceModel(board.fabric()).estimate(shapes);
    }

    ResourceEstimate estimate(List<CoreShape> cores) {
        var use = new ArrayList<Resources>();
        fabric.slrs().forEach(_ -> use.add(Resources.NONE));
        var parts = new ArrayList<Part>();
        for (int core = 0; core < cores.size(); core++) {
            List<Part> own = core(cores.get(core));
            int slr = fabric.coreSlr().get(core);
            for (int p = 0; p < own.size(); p++) {
                Resources one = own.get(p).use();
                use.set(slr, use.get(slr).plus(one));
                if (core == 0) {
                    parts.add(own.get(p));
                } else {
                    parts.set(p, new Part(own.get(p).name(), parts.get(p).use().plus(one)));
                }
            }
        }
        var slrs = new ArrayList<SlrUse>();
        for (int slr = 0; slr < use.size(); slr++) {
            Resources has = fabric.slrs().get(slr);
            slrs.add(new SlrUse(use.get(slr), has, new Resources(usable(Resource.LUT, has),
                    usable(Resource.FF, has), usable(Resource.BRAM36, has),
                    usable(Resource.URAM, has), usable(Resource.DSP, has))));
        }
        return new ResourceEstimate(parts, slrs);
    }

    private long usable(Resource resource, Resources die) {
        return technology.usable(resource, die);
    }

    /** The parts of one core. */
    private List<Part> core(CoreShape core) {
        return List.of(new Part("matrix engine", matrixEngine(core)),
                new Part("activation buffer", ram(fabric.act(), core.actBytes(),
                        Math.max(operandBytes(core), SFU_OPERAND_BYTES * core.lanes()))),
                new Part("weight buffer", ram(fabric.wgt(), core.wgtBytes(), weightBytes(core))),
                new Part("parameter buffer", ram(fabric.par(), core.parBytes(),
                        SFU_OPERAND_BYTES / 2 * core.lanes())),
                new Part("sparse index buffer", fabric.indexBytes() == 0 ? Resources.NONE
                        : ram(RamKind.BRAM, fabric.indexBytes(), technology.portBytes())),
                new Part("special function unit", vectorEngine(core)),
                new Part("controller", controller(core)),
                new Part("instruction fetch", ram(RamKind.BRAM, core.fetchBytes(),
                        technology.streamFifoBram36() * technology.portBytes())),
                new Part("interconnect", logic((long) technology.portInterconnectLut()
                        * (core.channels() + core.paramChannels() + FETCH_PORTS), 0)));
    }

    /** Int8 activations of one cycle. */
    private static int operandBytes(CoreShape core) {
        return Math.max(core.mm().m() * core.mm().k(), core.mv().m() * core.mv().k());
    }

    /** Weights of one cycle at the widest format. */
    private static int weightBytes(CoreShape core) {
        return Math.max(core.mm().n() * core.mm().k(), core.mv().n() * core.mv().k())
                * BITS_PER_WEIGHT / 8;
    }

    private Resources matrixEngine(CoreShape core) {
        long operands = Math.max(multipliers(core.mm()), multipliers(core.mv()));
        return logic(operands * technology.operandMuxLut()
                + (long) weightBytes(core) * technology.expanderLut(),
                Math.max(dsp(core.mm()), dsp(core.mv())));
    }

    /** Operands that are chosen by a sparse index. */
    private long multipliers(Shape shape) {
        return (long) Math.ceilDiv(shape.m(), technology.activationsPerWeight()) * shape.n()
                * shape.k();
    }

    /** DSPs of the array in this shape. */
    long dsp(Shape shape) {
        return (long) Math.ceilDiv(shape.m(), technology.activationsPerWeight()) * shape.n()
                * Math.ceilDiv(shape.k(), technology.dotProductTerms());
    }

    /** Blocks for the capacity, but at least as many as the port is wide. */
    Resources ram(RamKind kind, long bytes, int portBytes) {
        long columns = Math.ceilDiv(portBytes, technology.portBytes());
        return switch (kind) {
            case BRAM -> new Resources(0, 0,
                    Math.max(columns, Math.ceilDiv(bytes, technology.bramBytes())), 0, 0);
            case URAM -> new Resources(0, 0, 0,
                    Math.max(columns, Math.ceilDiv(bytes, technology.uramBytes())), 0);
            case LUTRAM -> throw new IllegalArgumentException("a buffer in LUTRAM");
        };
    }

    private Resources vectorEngine(CoreShape core) {
        Technology.SfuSize size = technology.sfu().get(fabric.sfu());
        long exponentials = Math.ceilDiv(core.lanes(), core.activationPasses());
        return logic((long) core.lanes() * size.laneLut() + exponentials * size.exponentialLut(),
                (long) core.lanes() * size.laneDsp() + exponentials * size.exponentialDsp()
                        + size.coreDsp());
    }

    /** Sequencer, queues and a data mover with its FIFO for each LD and ST stream. */
    private Resources controller(CoreShape core) {
        long loads = core.channels() + core.paramChannels();
        long stores = core.channels();
        boolean bram = fabric.storeFifo() == RamKind.BRAM;
        long lut = (loads + stores) * technology.streamControlLut()
                + (bram ? 0 : stores * technology.streamFifoLut());
        return logic(lut, 0).plus(new Resources(0, 0,
                (loads + (bram ? stores : 0)) * technology.streamFifoBram36(), 0, 0));
    }

    private Resources logic(long lut, long dsp) {
        return new Resources(lut, Math.round(lut * technology.ffPerLut()), 0, 0, dsp);
    }
}
