package dev.skein.hls.isa;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/**
 * Decides whether a program may reach a device. What it proves is in {@link VerifiedProgram} and
 * {@link HazardChecker}; the rules are listed in {@code docs/isa.md}.
 */
public final class ProgramVerifier {
    private ProgramVerifier() {}

    /**
     * Checks every rule.
     *
     * @throws ProgramException with one line, for the first broken rule
     */
    public static VerifiedProgram verify(Program program) {
        Limits limits = header(program);
        regions(program);
        var writtenOut = new WrittenOut(program);
        try {
            streams(writtenOut.program(), limits);
        } catch (ProgramException e) {
            throw writtenOut.located(e);
        }
        return new VerifiedProgram(program);
    }

    /**
     * Checks a program by comparing it with a verified one that serves more lengths: the same
     * streams, except that extents over the context may be fixed.
     *
     * @throws ProgramException with one line, for the first difference that is not allowed or rule
     *     that an instruction breaks
     */
    public static VerifiedProgram verify(Program program, VerifiedProgram wider) {
        Narrowed.check(wider.program(), program, header(program));
        return new VerifiedProgram(program);
    }

    private static void streams(Program program, Limits limits) {
        var shared = new ArrayList<MemoryRules.Shared>();
        EachCore.run(program.cores(), core -> {
            new StreamRules(program, core, limits).check();
            var accesses = new MemoryRules(program, core, limits).check();
            synchronized (shared) {
                shared.addAll(accesses);
            }
        });
        new SyncRules(program, limits).check();
        sharedMemory(program, shared);
        HazardChecker.check(program);
    }

    private static Limits header(Program program) {
        if (program.cores() < 1) {
            throw new ProgramException("program " + program.name() + ": no streams; one a core");
        }
        BufferSizes b = program.buffers();
        if (b.actBytes() < 0 || b.wgtBytes() < 0 || b.parBytes() < 0) {
            throw new ProgramException("program " + program.name() + ", field buffers: " + b
                    + "; sizes are not negative");
        }
        try {
            return Limits.of(program);
        } catch (IllegalArgumentException e) {
            throw new ProgramException("program " + program.name() + ", field maxContext: "
                    + e.getMessage());
        }
    }

    private static void regions(Program program) {
        var names = new HashSet<String>();
        List<Region> regions = program.regions();
        for (int i = 0; i < regions.size(); i++) {
            Region r = regions.get(i);
            if (!names.add(r.name() + "@" + r.core())) {
                throw region(program, r, "name", "used twice for core " + r.core()
                        + "; names are unique");
            }
            if (r.core() >= program.cores()) {
                throw region(program, r, "core", r.core() + " of " + program.cores()
                        + "; name an existing core");
            }
            for (Region s : regions.subList(0, i)) {
                boolean together = r.core() == s.core() || r.core() == Region.SHARED
                        || s.core() == Region.SHARED;
                if (together && r.base() == s.base()) {
                    throw region(program, r, "base", "B" + r.base() + " points at region "
                            + s.name() + " already; use another base register");
                }
                if (together && r.memory() == s.memory() && r.offset() < s.offset() + s.bytes()
                        && s.offset() < r.offset() + r.bytes()) {
                    throw region(program, r, "offset", r.offset() + ".."
                            + (r.offset() + r.bytes()) + " overlaps region " + s.name() + " at "
                            + s.offset() + ".." + (s.offset() + s.bytes()) + "; move one");
                }
            }
        }
    }

    /** Nothing orders the cores' accesses to shared memory, so they may not conflict. */
    private static void sharedMemory(Program program, List<MemoryRules.Shared> accesses) {
        accesses.sort(Comparator.comparingLong(MemoryRules.Shared::from)
                .thenComparing(MemoryRules.Shared::core)
                .thenComparing(MemoryRules.Shared::index));
        var furthest = new MemoryRules.Shared[program.cores()];
        var furthestWrite = new MemoryRules.Shared[program.cores()];
        for (MemoryRules.Shared x : accesses) {
            for (int c = 0; c < program.cores(); c++) {
                MemoryRules.Shared y = x.write() ? furthest[c] : furthestWrite[c];
                if (c != x.core() && y != null && y.to() > x.from()) {
                    throw ProgramException.at(program.name(), x.core(), x.index(),
                            program.streams().get(x.core()).get(x.index()), "offset",
                            "DDR bytes " + x.from() + ".." + x.to() + " are used by instruction "
                                    + y.index() + " of core " + c + " too, and one of them"
                                    + " writes; give each core its own part");
                }
            }
            int core = x.core();
            furthest[core] = further(furthest[core], x);
            if (x.write()) {
                furthestWrite[core] = further(furthestWrite[core], x);
            }
        }
    }

    private static MemoryRules.Shared further(MemoryRules.Shared a, MemoryRules.Shared b) {
        return a == null || b.to() > a.to() ? b : a;
    }

    private static ProgramException region(Program program, Region r, String field,
            String problem) {
        return new ProgramException("program " + program.name() + ", region " + r.name()
                + ", field " + field + ": " + problem);
    }
}
