package dev.skein.compiler.pass.placement;

import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.hls.board.drive.HeadSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * Who computes what, and what crosses which link, in each of the equal layers of a model. Prefill
 * and dense layers are the GPU's in every plan.
 *
 * @param home where the cache is
 * @param layers number of layers
 * @param headsOfDrive key and value heads of each drive; empty if drives keep nothing
 * @param stages in the order of execution
 * @param transfers of one layer
 */
public record StoragePlan(CacheHome home, int layers, List<Integer> headsOfDrive,
        List<Stage> stages, List<Transfer> transfers) {
    private static final int FP16_BYTES = 2;

    /** Copies the lists. */
    public StoragePlan {
        headsOfDrive = List.copyOf(headsOfDrive);
        stages = List.copyOf(stages);
        transfers = List.copyOf(transfers);
    }

    /**
     * The plan of a home of the cache.
     *
     * @throws dev.skein.hls.board.BoardException if there are more drives than heads
     */
    public static StoragePlan of(ModelConfig model, StorageTarget target, CacheHome home) {
        int kvHeads = model.attention().kvHeads();
        List<Integer> heads = switch (home) {
            case IN_STORAGE, PLAIN_DRIVE -> HeadSplit.of(kvHeads, target.drives());
            case HOST_MEMORY, GPU_MEMORY, RECOMPUTE -> List.of();
        };
        var transfers = new ArrayList<Transfer>();
        long head = (long) FP16_BYTES * model.attention().headDim();
        switch (home) {
            case IN_STORAGE -> {
                for (int d = 0; d < heads.size(); d++) {
                    inStorage(transfers, Transfer.End.drive(d), heads.get(d) * head,
                            model.attention().groupSize());
                }
            }
            case PLAIN_DRIVE -> {
                for (int d = 0; d < heads.size(); d++) {
                    fetched(transfers, Transfer.End.drive(d), heads.get(d) * head);
                }
            }
            case HOST_MEMORY -> fetched(transfers, Transfer.End.HOST, kvHeads * head);
            case GPU_MEMORY, RECOMPUTE -> { }
        }
        return new StoragePlan(home, model.layers(), heads, stages(home), transfers);
    }

    private static List<Stage> stages(CacheHome home) {
        var out = new ArrayList<Stage>();
        for (Phase phase : List.of(Phase.PREFILL, Phase.DECODE)) {
            boolean drives = home == CacheHome.IN_STORAGE && phase == Phase.DECODE;
            for (Stage.Work work : Stage.Work.values()) {
                out.add(new Stage(phase, work, drives && work == Stage.Work.ATTENTION
                        ? Unit.DRIVE : Unit.GPU));
            }
        }
        return out;
    }

    /** New keys and values follow the layer that made them; {@code bytes} of one of the two. */
    private static void keep(List<Transfer> out, Phase phase, Transfer.End home, long bytes,
            Transfer.Overlap overlap) {
        var per = phase == Phase.PREFILL ? Transfer.Per.TOKEN : Transfer.Per.SEQUENCE;
        var volume = new Transfer.Volume(bytes, per);
        for (Transfer.What what : List.of(Transfer.What.K, Transfer.What.V)) {
            out.add(new Transfer(phase, what, Transfer.End.GPU, home, volume, overlap));
        }
    }

    private static void inStorage(List<Transfer> out, Transfer.End drive, long bytes,
            int queries) {
        keep(out, Phase.PREFILL, drive, bytes, Transfer.Overlap.NEXT_LAYER);
        var wide = new Transfer.Volume(queries * bytes, Transfer.Per.SEQUENCE);
        out.add(new Transfer(Phase.DECODE, Transfer.What.Q, Transfer.End.GPU, drive, wide,
                Transfer.Overlap.NONE));
        keep(out, Phase.DECODE, drive, bytes, Transfer.Overlap.NONE);
        out.add(new Transfer(Phase.DECODE, Transfer.What.OUTPUT, drive, Transfer.End.GPU, wide,
                Transfer.Overlap.NONE));
    }

    private static void fetched(List<Transfer> out, Transfer.End home, long bytes) {
        keep(out, Phase.PREFILL, home, bytes, Transfer.Overlap.NEXT_LAYER);
        out.add(new Transfer(Phase.DECODE, Transfer.What.CACHE, home, Transfer.End.GPU,
                new Transfer.Volume(2 * bytes, Transfer.Per.TOKEN),
                Transfer.Overlap.LAYER_BEFORE));
        keep(out, Phase.DECODE, home, bytes, Transfer.Overlap.NEXT_LAYER);
    }

    private LongStream bytes(Phase phase, long batch, long tokens,
            Predicate<Transfer> which) {
        return transfers.stream().filter(t -> t.phase() == phase).filter(which)
                .mapToLong(t -> layers * t.bytes(batch, tokens));
    }

    /** Bytes over the GPU's link in both directions, all layers of a step or of a prefill. */
    public long gpuLinkBytes(Phase phase, long batch, long tokens) {
        return bytes(phase, batch, tokens, Transfer::crossesGpuLink).sum();
    }

    /** The same for the link of the drive that has most; 0 without drives. */
    public long driveLinkBytes(Phase phase, long batch, long tokens) {
        return bytes(phase, batch, tokens, t -> t.crossesLinkOf(0)).sum();
    }
}
