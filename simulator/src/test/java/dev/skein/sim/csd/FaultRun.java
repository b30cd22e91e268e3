package dev.skein.sim.csd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.drive.Flash;
import dev.skein.hls.number.DriveAttention;
import dev.skein.hls.number.KvHead;
import dev.skein.hls.number.Sparf;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.FaultPlan;
import dev.skein.sim.csd.fault.Status;
import dev.skein.sim.csd.flash.BlockLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A session with one planted fault, and what a host that knows the rules makes of it. */
final class FaultRun {
    private static final long NEVER = Long.MAX_VALUE;
    private static final FaultPlan SOUND = FaultPlan.NONE.withPowerCut(NEVER);

    private final Path path;
    private final long seed;
    private final SplittableRandom random;
    private final Kind kind;
    private final List<Session.Step> steps;
    private final FaultPlan plan;
    private final Map<Status, Integer> statuses = new EnumMap<>(Status.class);
    private final List<Session.Step> done = new ArrayList<>();
    private Model model = new Model();
    private long flushed;
    private long retries;
    private long failedPrograms;
    private int damages;
    private CsdDrive drive;

    /** What is planted. */
    enum Kind {
        RETRIES, LOST_READ, FAILED_PROGRAM, FAILED_DIE, POWER_CUT, REMOVED, LOST_COMPLETION
    }

    FaultRun(Path path, long seed) {
        this.path = path;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.kind = Kind.values()[(int) (seed % Kind.values().length)];
        this.steps = new Session(seed, 40).steps();
        this.plan = drawn();
        CsdDrive.format(path, "small", Session.SMALL);
    }

    Kind kind() {
        return kind;
    }

    Map<Status, Integer> statuses() {
        return statuses;
    }

    long retries() {
        return retries;
    }

    long failedPrograms() {
        return failedPrograms;
    }

    /** Damaged pages, each of which was reported. */
    int damages() {
        return damages;
    }

    private FaultPlan drawn() {
        var retries = FaultPlan.retries(seed, new Flash.Errors(0.05, 5)).withPowerCut(NEVER);
        return switch (kind) {
            case RETRIES -> retries;
            case LOST_READ -> retries.withLostRead(random.nextInt(300));
            case FAILED_PROGRAM -> retries.withFailedProgram(random.nextInt(60));
            case FAILED_DIE -> retries.withFailedDie(random.nextInt(2), random.nextInt(2));
            case POWER_CUT -> retries.withPowerCut(random.nextInt(150));
            case REMOVED -> retries.withRemoval(random.nextInt(25));
            case LOST_COMPLETION -> retries.withLostCompletion(random.nextInt(25));
        };
    }

    /** A third of the session on a sound drive, the rest on one with the fault. */
    void all() throws IOException {
        drive = CsdDrive.open(path, SOUND);
        int split = steps.size() / 3;
        steps.subList(0, split).forEach(this::step);
        drive.flush();
        flushed = model.writes();
        drive.powerOff();
        drive = CsdDrive.open(path, plan);
        for (Session.Step s : steps.subList(split, steps.size())) {
            step(s);
            ask();
        }
        retries = drive.state().flash().retries();
        failedPrograms = drive.state().flash().failedPrograms();
        drive.powerOff();
        if (kind != Kind.FAILED_DIE) {
            // Not flushed: what is there is a prefix again.
            recover();
            Session.check(drive, model, toString());
            drive.flush();
            drive.powerOff();
            plantDamage();
        }
    }

    private void step(Session.Step step) {
        try {
            step.drive().accept(drive);
            acknowledge(step);
        } catch (DriveException e) {
            count(e);
            switch (e.status()) {
                case COMPLETION_LOST -> acknowledge(step);
                case OUT_OF_ORDER, NO_SUCH_TASK, TASK_EXISTS -> assertFalse(applies(step),
                        () -> this + ": " + e.getMessage());
                case POWER_LOST, REMOVED, NEEDS_RECOVERY, UNCORRECTABLE, LOST_PAGE, DIE_FAILED -> {
                    if (applies(step)) {
                        done.add(step);
                    }
                    recover();
                }
                default -> throw e;
            }
        }
    }

    private void acknowledge(Session.Step step) {
        step.model().accept(model);
        done.add(step);
        if (step.flush()) {
            flushed = model.writes();
        }
    }

    /** Whether the model, too, could not do a command: it builds on one that was lost. */
    private boolean applies(Session.Step step) {
        return step.fits().test(model);
    }

    private void count(DriveException e) {
        statuses.merge(e.status(), 1, Integer::sum);
        assertTrue(e.getMessage().startsWith(e.status() + ": "), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }

    /** Opens the drive again, and finds which prefix of the acknowledged writes it has. */
    private void recover() {
        drive.powerOff();
        drive = CsdDrive.open(path, kind == Kind.FAILED_DIE ? plan : SOUND);
        long writes = drive.state().writes();
        assertTrue(writes >= flushed, () -> this + ": " + writes + " writes, flushed " + flushed);
        model = prefix(writes);
    }

    /** The first so many of the writes that were done, the one that failed the last of them. */
    private Model prefix(long writes) {
        var again = new Model();
        int n = 0;
        while (again.writes() < writes && n < done.size()) {
            done.get(n++).model().accept(again);
        }
        assertEquals(writes, again.writes(), this::toString);
        done.subList(n, done.size()).clear();
        return again;
    }

    /** Attention and reads on each head: exact, or a named error. */
    private void ask() {
        if (random.nextInt(4) != 0) {
            return;
        }
        List<HeadId> heads = new ArrayList<>();
        Session.forEachHead(model, (id, tokens) -> {
            if (tokens > 0) {
                heads.add(id);
            }
        });
        for (HeadId id : heads) {
            try {
                askHead(id);
            } catch (DriveException e) {
                count(e);
                if (e.status() != Status.UNCORRECTABLE && e.status() != Status.LOST_PAGE
                        && e.status() != Status.DIE_FAILED
                        && e.status() != Status.COMPLETION_LOST) {
                    recover();
                    return;
                }
            }
        }
    }

    private void askHead(HeadId id) {
        KvHead head = model.head(id);
        short[] queries = Session.numbers(random, head.headDim());
        int k = 1 + random.nextInt(head.tokens());
        var sparf = new Sparf(1 + random.nextInt(head.headDim()), k, 1);
        short[] found = drive.attend(new Attention(id.task(), id.sequence(), id.layer(),
                id.head(), 1, 1, sparf), queries).outputs();
        assertArrayEquals(DriveAttention.attend(queries, head, sparf).outputs(), found,
                this::toString);
        assertArrayEquals(head.values(), drive.read(id, true, 0, head.tokens()), this::toString);
        assertArrayEquals(head.keys(), drive.read(id, false, 0, head.tokens()), this::toString);
    }

    /** Changes a byte of a page that counts: the check and every read of it have to say so. */
    private void plantDamage() throws IOException {
        List<Integer> pages = Damage.tablePages(path);
        if (pages.isEmpty()) {
            return;
        }
        damages++;
        int page = pages.get(random.nextInt(pages.size()));
        var layout = new BlockLayout(Session.SMALL);
        Damage.flip(path, layout.channel(layout.block(page)),
                layout.data(page) + random.nextInt(Session.SMALL.pageBytes()), random.nextInt(8));
        assertFalse(DriveCheck.check(path).problems().isEmpty(), this + ": page " + page);
        assertTrue(namedErrors() > 0, this + ": page " + page + " was read without an error");
    }

    /** Reads everything that way: rows of both, and all columns. */
    private int namedErrors() {
        int[] errors = new int[1];
        try (CsdDrive damaged = CsdDrive.open(path, SOUND)) {
            drive = damaged;
            Session.forEachHead(model, (id, tokens) -> {
                if (tokens > 0) {
                    try {
                        readAll(id);
                    } catch (DriveException e) {
                        assertEquals(Status.UNCORRECTABLE, e.status(), e.getMessage());
                        errors[0]++;
                    }
                }
            });
        }
        return errors[0];
    }

    private void readAll(HeadId id) {
        KvHead head = model.head(id);
        assertArrayEquals(head.keys(), drive.read(id, false, 0, head.tokens()), this::toString);
        assertArrayEquals(head.values(), drive.read(id, true, 0, head.tokens()), this::toString);
        if (head.tokens() > 1) {
            var sparf = new Sparf(head.headDim(), head.tokens() - 1, 1);
            short[] queries = Session.numbers(random, head.headDim());
            assertArrayEquals(DriveAttention.attend(queries, head, sparf).outputs(),
                    drive.attend(new Attention(id.task(), id.sequence(), id.layer(), id.head(), 1,
                            1, sparf), queries).outputs(), this::toString);
        }
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + kind;
    }
}
