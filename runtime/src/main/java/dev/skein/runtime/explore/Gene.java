package dev.skein.runtime.explore;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.VectorKind;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * A number of a board file that the search may choose, with the values it tries. Reductions k are
 * multiples of the 16 of packed rows and sparse blocks.
 */
public enum Gene {
    /** Rows of x in MM mode. */
    MM_ROWS("mpe.mm.m", b -> b.mpe().mm().m(), 16, 32, 64, 128, 256),
    /** Output columns in MM mode. */
    MM_COLUMNS("mpe.mm.n", b -> b.mpe().mm().n(), 1, 2, 4, 8),
    /** Output columns in MV mode. */
    MV_COLUMNS("mpe.mv.n", b -> b.mpe().mv().n(), 16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 256),
    /** Reduction in MV mode. */
    MV_DEPTH("mpe.mv.k", b -> b.mpe().mv().k(), 16, 32, 64),
    /** SFU lanes. */
    LANES("sfu.lanes", b -> b.sfu().lanes(), 4, 8, 12, 16, 20, 24, 32, 48, 64),
    /** Sweeps of an activation: lanes that share an exponential. */
    ACTIVATION_PASSES("sfu.activation.passes",
            b -> b.sfu().costs().get(VectorKind.ACTIVATION).passes(), 1, 2, 4, 8),
    /** Activation buffer. */
    ACT("buffer.act_KiB", b -> b.buffers().actBytes() >> 10, 1024, 1536, 2048, 3072, 4096, 5120,
            6144, 7168, 8192),
    /** Weight buffer. */
    WGT("buffer.wgt_KiB", b -> b.buffers().wgtBytes() >> 10, 256, 384, 512, 640, 768, 896, 1024,
            1152, 1280, 1408, 1536, 1664, 1792, 2048, 2560, 3072),
    /** Parameter buffer. */
    PAR("buffer.par_KiB", b -> b.buffers().parBytes() >> 10, 64, 128, 256, 512, 1024),
    /** Tiles the weight buffer holds: the compiler's tile size. */
    TILES("mapping.tilesPerBuffer", b -> b.mapping().tilesPerBuffer(), 2, 3, 4, 6, 8, 12, 16, 24,
            32);

    /** How often a step goes to a neighbouring value, of ten times. */
    private static final int NEAR_OF_TEN = 7;

    private final String key;
    private final ToIntFunction<Board> now;
    private final int[] ladder;

    Gene(String key, ToIntFunction<Board> now, int... ladder) {
        this.key = key;
        this.now = now;
        this.ladder = ladder;
    }

    /** The key in board files. */
    public String key() {
        return key;
    }

    int of(Board board) {
        return now.applyAsInt(board);
    }

    int random(RandomGenerator random) {
        return ladder[random.nextInt(ladder.length)];
    }

    /** Mostly the next value up or down, else any. */
    int step(int from, RandomGenerator random) {
        if (random.nextInt(10) >= NEAR_OF_TEN) {
            return random(random);
        }
        int above = 0;
        while (above < ladder.length && ladder[above] <= from) {
            above++;
        }
        int below = above - 1;
        while (below >= 0 && ladder[below] >= from) {
            below--;
        }
        boolean up = below < 0 || above < ladder.length && random.nextBoolean();
        return ladder[up ? above : below];
    }
}
