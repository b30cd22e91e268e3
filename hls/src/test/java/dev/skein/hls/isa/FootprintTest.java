package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.Footprint.OffChip;
import dev.skein.hls.isa.Footprint.OnChip;
import dev.skein.hls.isa.sample.RandomPrograms;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FootprintTest {
    private static final Registers R = new Registers(5, 3, 2);
    private static final Limits LIMITS = new Limits(4, 32);

    /** Assembled, under POS 5, CNT 3, iteration 2. */
    private static void check(String text, Object... accesses) {
        check(Footprint.of(Assembler.assemble(text).getFirst(), R), accesses);
    }

    private static void bounds(String text, Object... accesses) {
        check(Footprint.bounds(Assembler.assemble(text).getFirst(), LIMITS), accesses);
    }

    private static void check(Footprint f, Object... accesses) {
        var all = new ArrayList<Object>(f.onChip());
        all.addAll(f.offChip());
        assertEquals(List.of(accesses), all);
    }

    private static OnChip act(long from, long to, boolean write) {
        return new OnChip(Space.ACT, from, to, write);
    }

    private static OnChip wgt(long from, long to) {
        return new OnChip(Space.WGT, from, to, false);
    }

    private static OnChip par(long from, long to) {
        return new OnChip(Space.PAR, from, to, false);
    }

    @Test
    void transfers() {
        String ld = "ld dstSpace=wgt dst=0x100 memory=hbm base=1 offset=1000 ";
        check(ld + "positionStride=10 rowBytes=20 count=tokens*2",
                new OnChip(Space.WGT, 0x100, 0x100 + 120, true),
                new OffChip(Memory.HBM, 1, 1050, 1170, false));
        bounds(ld + "positionStride=10 rowBytes=20 count=tokens*2",
                new OnChip(Space.WGT, 0x100, 0x100 + 160, true),
                new OffChip(Memory.HBM, 1, 1000, 1000 + 280 + 160, false));
        bounds(ld + "positionStride=100 rowBytes=20 count=tokens*2",
                new OnChip(Space.WGT, 0x100, 0x100 + 160, true),
                new OffChip(Memory.HBM, 1, 1000, 1000 + 3100 + 40, false));
        check(ld + "positionStride=0 rowBytes=20 count=tile(3)",
                new OnChip(Space.WGT, 0x100, 0x100 + 40, true),
                new OffChip(Memory.HBM, 1, 1000 + 120, 1000 + 160, false));
        bounds(ld + "positionStride=0 rowBytes=20 count=tile(3)",
                new OnChip(Space.WGT, 0x100, 0x100 + 60, true),
                new OffChip(Memory.HBM, 1, 1000, 1000 + 640, false));
        check("st srcSpace=act src=0 memory=ddr base=5 offset=8 positionStride=4 rowBytes=16"
                + " count=ctx*1", act(0, 128, false),
                new OffChip(Memory.DDR, 5, 28, 156, true));
        check("ldg dst=0x10 dstStride=40 base=3 offset=100 rowBytes=32 index=7 count=tokens*1",
                act(16, 16 + 80 + 32, true), new OffChip(Memory.DDR, 3, 7, 19, false),
                new OffChip(Memory.DDR, 3, 100, 132, false));
        // A tile past the context touches nothing.
        check("ld dstSpace=act dst=0 memory=hbm base=0 offset=0 positionStride=0 rowBytes=4"
                + " count=tile(4)");
    }

    @Test
    void matrices() {
        String head = "mv act=0x100 actStride=32 bits=w4 group=1 ";
        String tail = " actScale=4 actScaleStride=8 weight=0x200 scale=0x1000 out=0x2000"
                + " outStride=100 m=tokens*1 ";
        // 2 units of 16 weights: 16 bytes of weights and 2 group scales a row.
        check(head + "scaled=1 biased=1 transposed=0" + tail + "n=5 k=17", act(0x100, 0x100 + 96,
                false), act(4, 24, false), wgt(0x200, 0x200 + 5 * 18), wgt(0x1000, 0x1000 + 20),
                wgt(0x1000 + 20, 0x1000 + 40), act(0x2000, 0x2000 + 220, true));
        check("mv act=0x100 actStride=32 bits=w8 group=0 scaled=0 biased=0 transposed=1" + tail
                + "n=5 k=ctx*1", act(0x100, 0x100 + 64 + 16, false), act(4, 24, false),
                wgt(0x200, 0x200 + 8 * 16), act(0x2000, 0x2000 + 220, true));
        // Tiles of 3: the third has 2 of 8 columns and is 6 further.
        check(head + "scaled=1 biased=0 transposed=0" + tail + "n=tile(3) k=16",
                act(0x100, 0x100 + 64 + 16, false), act(4, 24, false), wgt(0x200, 0x200 + 2 * 9),
                wgt(0x1000, 0x1000 + 8), act(0x2000 + 24, 0x2000 + 24 + 200 + 8, true));
        bounds(head + "scaled=1 biased=0 transposed=0" + tail + "n=tile(3) k=16",
                act(0x100, 0x100 + 96 + 16, false), act(4, 32, false), wgt(0x200, 0x200 + 3 * 9),
                wgt(0x1000, 0x1000 + 12), act(0x2000, 0x2000 + 300 + 128, true));
        assertEquals(4 * 10, Footprint.rowStride(WeightBits.W5, 0, 50));
        assertEquals(4 * 6 + 1, Footprint.rowStride(WeightBits.W3, 3, 50));
        assertEquals(4 * 4 + 2, Footprint.rowStride(WeightBits.W2, 2, 50));
    }

    @Test
    void sparseMatrices() {
        // 3 strips of 64 bytes, 33 scales, 33 biases
        String spmm = "spmm act=0x100 weight=0x200 group=1 actStride=32 actScale=4 outStride=200"
                + " actScaleStride=8 stripBytes=64 steps=1 m=tokens*1 out=0x2000 n=33 k=17";
        check(spmm + " biased=true", act(0x100, 0x100 + 96, false), act(4, 24, false),
                wgt(0x200, 0x200 + 3 * 64 + 8 * 33), act(0x2000, 0x2000 + 400 + 132, true));
        check(spmm + " biased=false", act(0x100, 0x100 + 96, false), act(4, 24, false),
                wgt(0x200, 0x200 + 3 * 64 + 4 * 33), act(0x2000, 0x2000 + 400 + 132, true));
    }

    @Test
    void functions() {
        check("norm kind=layer src=0 srcStride=64 dst=400 dstStride=80 weight=0 bias=100"
                + " rows=2 cols=10 eps=0", act(0, 104, false), par(0, 40), par(100, 140),
                act(400, 520, true));
        check("norm kind=rms src=0 srcStride=64 dst=400 dstStride=80 weight=0 bias=100 rows=1"
                + " cols=10 eps=0", act(0, 40, false), par(0, 40), act(400, 440, true));
        check("quant src=0 srcStride=64 dst=400 dstStride=16 scale=800 scaleStride=8 rows=tokens*1"
                + " cols=ctx*1 multiply=1 multiplier=40", act(0, 160, false), wgt(40, 72),
                act(400, 448, true), act(800, 820, true));
        check("softmax data=8 stride=64 rows=tokens*2 cols=ctx*1 factor=1 causal=0",
                act(8, 8 + 320 + 32, false), act(8, 8 + 320 + 32, true));
        check("rope data=8 stride=64 rows=2 heads=3 headDim=4 rotaryDim=2 style=half table=4",
                act(8, 120, false), par(4, 20), act(8, 120, true));
        check("bcast src=8 srcStride=64 dst=800 dstStride=64 rows=2 cols=3", act(8, 84, false));
        check("sync gather=800 bytes=100", act(800, 900, true));
        check("setb base=1 value=3 add=0");
    }

    @Test
    void elementwise() {
        String ewise = " a=0 aStride=100 bSpace=wgt b=8 bStride=0 out=400 outStride=64 rows=";
        check("ewise fn=add" + ewise + "2 cols=5 last=0", act(0, 120, false), wgt(8, 28),
                act(400, 484, true));
        check("ewise fn=relu" + ewise + "2 cols=5 last=0", act(0, 120, false),
                act(400, 484, true));
        // The last of three tokens; b repeats its row.
        check("ewise fn=add" + ewise + "1 cols=5 last=1", act(200, 220, false), wgt(8, 28),
                act(400, 420, true));
        bounds("ewise fn=add" + ewise + "1 cols=5 last=1", act(0, 320, false), wgt(8, 28),
                act(400, 420, true));
    }

    /** Each access under legal registers lies inside the one over all of them. */
    @Test
    void boundsCoverEverything() {
        for (long seed = 0; seed < 100; seed++) {
            Program p = RandomPrograms.generate(seed, 2, RandomPrograms.SMALLEST).program();
            for (Registers r : Limits.of(p).corners()) {
                for (Trace.Step s : Trace.of(p, (int) (seed % 2), r.position(), r.tokens())) {
                    Footprint exact = Footprint.of(s.instruction(), s.registers());
                    Footprint bounds = Footprint.bounds(s.instruction(), p);
                    String where = "seed " + seed + ", " + s;
                    for (OnChip a : exact.onChip()) {
                        assertTrue(bounds.onChip().stream().anyMatch(b -> a.space() == b.space()
                                && a.write() == b.write() && b.from() <= a.from()
                                && a.to() <= b.to()), where);
                    }
                    for (OffChip a : exact.offChip()) {
                        assertTrue(bounds.offChip().stream().anyMatch(b ->
                                a.memory() == b.memory() && a.base() == b.base()
                                && a.write() == b.write() && b.from() <= a.from()
                                && a.to() <= b.to()), where);
                    }
                }
            }
        }
    }
}
