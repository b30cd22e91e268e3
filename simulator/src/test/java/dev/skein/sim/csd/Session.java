package dev.skein.sim.csd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.hls.board.drive.Flash;
import dev.skein.hls.number.Chosen;
import dev.skein.hls.number.DriveAttention;
import dev.skein.hls.number.Half;
import dev.skein.hls.number.KvHead;
import dev.skein.hls.number.KvPages;
import dev.skein.hls.number.Sparf;
import dev.skein.sim.csd.fault.FaultPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Random commands of a host from a seed, the same for the same seed whatever a drive does. */
public final class Session {
    /** Pages of 256 bytes, blocks of 8: small, so that a short session fills blocks. */
    public static final Flash.Geometry SMALL = new Flash.Geometry(2, 2, 2, 256, 8, 24, 3000);

    private final List<Step> steps = new ArrayList<>();

    /** One command; it fits a model that it was made for, or one like that. */
    record Step(String name, Consumer<CsdDrive> drive, Consumer<Model> model, boolean flush,
            Predicate<Model> fits) {
        @Override
        public String toString() {
            return name;
        }
    }

    Session(long seed, int length) {
        var random = new SplittableRandom(seed);
        var shadow = new Model();
        while (steps.size() < length) {
            add(random, shadow);
        }
    }

    /** Opens a drive whose power never goes: synchronising costs nothing then. */
    public static CsdDrive open(Path path) {
        return CsdDrive.open(path, FaultPlan.NONE.withPowerCut(Long.MAX_VALUE));
    }

    List<Step> steps() {
        return steps;
    }

    private void add(SplittableRandom random, Model shadow) {
        int what = random.nextInt(20);
        if (shadow.tasks().isEmpty() || what == 0 && shadow.tasks().size() < 3) {
            int task = 10 + steps.size();
            int d = 1 + random.nextInt(24);
            var shape = new TaskShape(1 + random.nextInt(2), 1 + random.nextInt(2),
                    1 + random.nextInt(2), d, 1 + random.nextInt(Math.min(d, 8)));
            add(shadow, new Step("create " + task + " " + shape, x -> x.createTask(task, shape),
                    m -> m.create(task, shape), false,
                    m -> !m.tasks().containsKey(task)));
        } else if (what == 1) {
            int task = any(random, shadow);
            add(shadow, new Step("drop " + task, x -> x.dropTask(task), m -> m.drop(task),
                    false, m -> m.tasks().containsKey(task)));
        } else if (what < 5) {
            add(shadow, new Step("flush", CsdDrive::flush, m -> { }, true, m -> true));
        } else if (what == 5) {
            add(shadow, new Step("reclaim", CsdDrive::reclaim, m -> { }, true,
                    m -> true));
        } else {
            append(random, shadow);
        }
    }

    private static int any(SplittableRandom random, Model shadow) {
        var ids = List.copyOf(shadow.tasks().keySet());
        return ids.get(random.nextInt(ids.size()));
    }

    private void append(SplittableRandom random, Model shadow) {
        int id = any(random, shadow);
        Model.Task task = shadow.tasks().get(id);
        int sequence = random.nextInt(task.shape().sequences());
        int layer = random.nextInt(task.shape().layers());
        int tokens = random.nextInt(3) == 0 ? 1 + random.nextInt(40) : 1 + random.nextInt(4);
        var at = new Append(id, sequence, layer, task.tokens(sequence, layer), tokens);
        short[] keys = numbers(random, tokens * task.shape().rowValues());
        short[] values = numbers(random, tokens * task.shape().rowValues());
        add(shadow, new Step(at.toString(), x -> x.append(at, keys, values),
                m -> m.append(at, keys, values), false, m -> m.tasks().containsKey(id)
                        && m.tasks().get(id).tokens(sequence, layer) == at.firstToken()));
    }

    public static short[] numbers(SplittableRandom random, int n) {
        short[] out = new short[n];
        for (int i = 0; i < n; i++) {
            out[i] = Half.ofResult((float) random.nextGaussian());
        }
        return out;
    }

    private void add(Model shadow, Step step) {
        steps.add(step);
        step.model().accept(shadow);
    }

    /** That the drive holds what the model holds, to the bit. */
    public static void check(CsdDrive drive, Model model, String what) {
        assertEquals(List.copyOf(model.tasks().keySet()), drive.tasks(), what);
        forEachHead(model, (id, tokens) -> {
            assertEquals(tokens, drive.tokens(id.task(), id.sequence(), id.layer()), what);
            if (tokens > 0) {
                KvHead head = model.head(id);
                assertArrayEquals(head.keys(), drive.read(id, false, 0, tokens), what);
                assertArrayEquals(head.values(), drive.read(id, true, 0, tokens), what);
            }
        });
    }

    /** Takes a head and its tokens. */
    interface HeadVisitor {
        void head(HeadId id, int tokens);
    }

    static void forEachHead(Model model, HeadVisitor visitor) {
        model.tasks().forEach((task, t) -> {
            for (int s = 0; s < t.shape().sequences(); s++) {
                for (int l = 0; l < t.shape().layers(); l++) {
                    for (int h = 0; h < t.shape().kvHeads(); h++) {
                        visitor.head(new HeadId(task, s, l, h), t.tokens(s, l));
                    }
                }
            }
        });
    }

    /** That attention gives the bits of the reference, and touches the pages that it has to. */
    public static void checkAttention(CsdDrive drive, Model model, long seed) {
        var random = new SplittableRandom(seed);
        forEachHead(model, (id, tokens) -> {
            if (tokens == 0) {
                return;
            }
            KvPages pages = drive.pages(id.task());
            int group = 1 + random.nextInt(3);
            short[] queries = numbers(random, group * pages.headDim());
            Sparf sparf = random.nextInt(4) == 0 ? Sparf.dense(pages.headDim())
                    : sparf(random, pages.headDim(), tokens);
            Attention.Result found = drive.attend(new Attention(id.task(), id.sequence(),
                    id.layer(), id.head(), 1, group, sparf), queries);
            DriveAttention.Attended expected = model.attend(id, queries, sparf);
            String what = "seed " + seed + ": " + id + ", " + sparf + ", " + tokens + " tokens, "
                    + pages;
            assertArrayEquals(expected.outputs(), found.outputs(), what);
            Chosen chosen = found.chosen().getFirst();
            assertArrayEquals(expected.chosen().tokens(), chosen.tokens(), what);
            assertArrayEquals(expected.chosen().channels(), chosen.channels(), what);
            assertArrayEquals(expected.chosen().alpha(), chosen.alpha(), what);
            assertEquals(touched(expected.chosen(), pages, tokens, sparf.isDense(tokens)),
                    found.touched(), what);
        });
    }

    private static Sparf sparf(SplittableRandom random, int d, int tokens) {
        int k = 1 + random.nextInt(tokens);
        return new Sparf(1 + random.nextInt(d), k, 1 + random.nextInt(k));
    }

    private static Touched touched(Chosen chosen, KvPages pages, int tokens, boolean dense) {
        int spans = tokens / pages.spanTokens();
        int stored = tokens / pages.groupTokens();
        int open = stored * pages.groupTokens();
        long groups = distinct(Arrays.stream(chosen.tokens()).filter(t -> t < open),
                pages.groupTokens());
        long tail = dense ? 0 : distinct(IntStream.range(pages.indexedTokens(tokens), open),
                pages.groupTokens());
        return new Touched(spans * distinct(Arrays.stream(chosen.channels()),
                pages.pageChannels()), (long) spans * pages.pagesOfSpan(),
                (long) spans * chosen.channels().length, tail, groups, groups, stored,
                chosen.tokens().length, Arrays.stream(chosen.tokens()).filter(t -> t >= open)
                        .count());
    }

    private static long distinct(IntStream indices, int perPage) {
        return indices.map(i -> i / perPage).distinct().count();
    }
}
