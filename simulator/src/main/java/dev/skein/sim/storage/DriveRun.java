package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Drive;
import dev.skein.hls.board.drive.Engine;
import dev.skein.hls.board.drive.Link;
import dev.skein.hls.board.drive.Picos;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** One run of a {@link DriveMachine}. */
final class DriveRun {
    private final Drive drive;
    private final FaultPlan plan;
    private final List<Command> commands;
    private final EventQueue events = new EventQueue();
    private final Server linkIn = new Server("link in");
    private final Server processor = new Server("processor");
    private final Server ftl = new Server("ftl");
    private final Server dram = new Server("dram");
    private final Server linkOut = new Server("link out");
    private final List<Channel> channels = new ArrayList<>();
    private final List<Server> filters = new ArrayList<>();
    private final Engine engine;
    private final Kernels kernels;
    private final int window;

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final long[] submitted;
    private final long[] completions;
    private final int[] headsLeft;
    private final long[] operations = new long[FlashOperation.values().length];
    private int next;
    private int outstanding;
    private int completed;
    private int inFlight;
    private long keptBytes;
    private long pagesOut;
    private final List<Progress> progress = new ArrayList<>();
    private int askedAgain;

    /** A head that has not begun. */
    private record Waiting(int command, int head, Marks marks) {}

    /** Pages that had been read when a head was done. */
    record Progress(long picos, long pages) {}

    DriveRun(Drive drive, FaultPlan plan, List<Command> commands) {
        this.drive = drive;
        this.plan = plan;
        this.commands = commands;
        this.engine = drive.engine().orElse(null);
        this.kernels = engine == null ? null : new Kernels(engine);
        this.window = engine == null ? drive.link().queueDepth() : engine.headsInFlight();
        this.submitted = new long[commands.size()];
        this.completions = new long[commands.size()];
        this.headsLeft = commands.stream().mapToInt(Command::heads).toArray();
        var draws = new FaultPlan.Draws(plan, drive.flash().errors());
        for (int c = 0; c < drive.flash().geometry().channels(); c++) {
            int channel = c;
            channels.add(Channel.of(c, drive.flash(), events, draws,
                    (page, at) -> out(channel, page, at)));
            filters.add(new Server("filter " + c));
        }
    }

    DriveReport run() {
        plan.powerCutPicos().ifPresent(t -> events.add(t, now -> stop("power cut", now)));
        plan.removedPicos().ifPresent(t -> events.add(t, now -> stop("drive removed", now)));
        submit(0);
        while (completed < commands.size() && events.step()) {
            continue;
        }
        return report();
    }

    /** One entry a head, in order of time. */
    List<Progress> progress() {
        return progress;
    }

    private void stop(String what, long now) {
        throw new DriveFaultException(what + " after " + Picos.seconds(now)
                + " s (planted fault): " + completed + " of " + commands.size()
                + " commands are completed, " + outstanding + " are lost");
    }

    private void submit(long now) {
        while (next < commands.size() && outstanding < drive.link().queueDepth()) {
            int c = next++;
            outstanding++;
            submitted[c] = now;
            long there = send(Link.COMMAND_BYTES + commands.get(c).bytesIn(), now);
            events.add(there, at -> accept(c, at));
        }
    }

    /** To the drive; when its processor has dealt with it. */
    private long send(long bytes, long now) {
        Link link = drive.link();
        var marks = new Marks();
        long there = linkIn.serve(now, link.transferPicos(bytes), marks, Account.WAIT_HEAD)
                + link.latencyPicos();
        return processor.serve(there, link.commandPicos(), marks, Account.WAIT_LINK);
    }

    private void accept(int command, long now) {
        var marks = new Marks();
        marks.set(Account.WAIT_LINK, now);
        for (int h = 0; h < commands.get(command).heads(); h++) {
            waiting.add(new Waiting(command, h, marks));
        }
        dispatch(now);
    }

    private void dispatch(long now) {
        while (inFlight < window && !waiting.isEmpty()) {
            Waiting first = waiting.poll();
            inFlight++;
            List<Phase> phases = commands.get(first.command).phases().apply(first.head);
            var head = new HeadRun(first.command, kernels == null ? 0 : kernels.enter(), phases,
                    first.marks);
            nextPhase(head, now);
        }
    }

    private void nextPhase(HeadRun head, long now) {
        if (!head.next()) {
            finish(head, now);
            return;
        }
        int select = head.phase().selectElements();
        if (select == 0) {
            issue(head, now);
        } else {
            long end = kernels.select(now, select, head.latest(now), Account.WAIT_KERNEL);
            events.add(end, at -> issue(head, at));
        }
    }

    private void issue(HeadRun head, long now) {
        Phase phase = head.phase();
        operations[phase.operation().ordinal()] += phase.size();
        head.issued(now);
        if (phase.size() > 0) {
            long known = ftl.serve(now, phase.size() * drive.memory().lookupPicos(),
                    head.marks(), Account.WAIT_HEAD);
            if (phase.operation() == FlashOperation.PROGRAM) {
                known = dram.serve(known, drive.memory().passPicos(
                        (long) phase.size() * pageBytes()), head.marks(), Account.WAIT_FTL);
            }
            events.add(known, at -> enqueue(head, at));
        }
        if (phase.buffered().bytes() > 0) {
            fromBuffer(head, false, now);
        } else if (phase.logit().size() == 0) {
            scored(head, now);
        }
    }

    private int pageBytes() {
        return drive.flash().geometry().pageBytes();
    }

    private void enqueue(HeadRun head, long now) {
        enqueue(head, head.phase().logit(), false, now);
        enqueue(head, head.phase().attend(), true, now);
        channels.forEach(channel -> channel.kick(now));
    }

    private void enqueue(HeadRun head, PageSet pages, boolean attends, long now) {
        int planes = drive.flash().geometry().planesPerChannel();
        for (int i = 0; i < pages.size(); i++) {
            var page = new Page(head, attends, pages, i, planes);
            page.marks.set(Account.WAIT_FTL, now);
            channels.get(pages.place(i) / planes).enqueue(page);
        }
    }

    /** A page has left the array, or is in it. */
    private void out(int channel, Page page, long at) {
        if (page.operation != FlashOperation.READ) {
            events.add(at, now -> {
                if (page.head.done(false, now, page.marks)) {
                    scored(page.head, now);
                }
            });
            return;
        }
        long filtered = at;
        if (page.values > 0) {
            filtered = filters.get(channel).serve(at,
                    Picos.ofBytes(pageBytes(), engine.filterGBps()), page.marks,
                    Account.WAIT_CHANNEL);
        }
        page.marks.set(Account.WAIT_FILTER, filtered);
        events.add(filtered, now -> buffer(page, now));
    }

    private void buffer(Page page, long now) {
        keptBytes += page.keptBytes;
        pagesOut++;
        long there = dram.serve(now, drive.memory().passPicos(page.keptBytes), page.marks,
                Account.WAIT_FILTER);
        page.marks.set(Account.WAIT_DRAM, there);
        if (page.attends && !page.head.scored()) {
            page.head.deferred.add(page);
        } else {
            multiply(page.head, page.attends, page.values, there, page.marks);
        }
    }

    /** Tokens that are in no page yet. */
    private void fromBuffer(HeadRun head, boolean attends, long now) {
        Phase.Buffered buffered = head.phase().buffered();
        var marks = new Marks(head.marks());
        long there = dram.serve(now, drive.memory().passPicos(buffered.bytes()), marks,
                attends ? Account.WAIT_KERNEL : Account.WAIT_HEAD);
        marks.set(Account.WAIT_DRAM, there);
        multiply(head, attends, buffered.values(), there, marks);
    }

    private void multiply(HeadRun head, boolean attends, int values, long arrival, Marks marks) {
        long end = values == 0 ? arrival : kernels.multiply(head.kernel, arrival, values, marks,
                attends ? Account.WAIT_KERNEL : Account.WAIT_DRAM);
        if (head.done(attends, end, marks)) {
            events.add(head.end(), at -> {
                if (attends) {
                    nextPhase(head, at);
                } else {
                    logitDone(head, at);
                }
            });
        }
    }

    private void logitDone(HeadRun head, long now) {
        int elements = head.phase().softmaxElements();
        if (elements == 0) {
            scored(head, now);
        } else {
            long end = kernels.softmax(head.kernel, now, elements, head.latest(now));
            events.add(end, at -> scored(head, at));
        }
    }

    private void scored(HeadRun head, long now) {
        head.score();
        if (head.attendLeft() == 0) {
            nextPhase(head, now);
            return;
        }
        for (Page page : head.deferred) {
            multiply(head, true, page.values, Math.max(now, page.marks.of(Account.WAIT_DRAM)),
                    page.marks);
        }
        head.deferred.clear();
        if (head.phase().buffered().attends()) {
            fromBuffer(head, true, now);
        }
    }

    private void finish(HeadRun head, long now) {
        inFlight--;
        progress.add(new Progress(now, pagesOut));
        if (kernels != null) {
            kernels.leave(head.kernel);
        }
        int c = head.command;
        if (--headsLeft[c] == 0) {
            long there = answer(commands.get(c).bytesOut() + Link.COMPLETION_BYTES,
                    head.latest(now), now);
            if (plan.lostCompletion().isPresent() && plan.lostCompletion().getAsInt() == c) {
                long asks = Math.max(there, submitted[c] + drive.link().timeoutPicos());
                events.add(asks, at -> askAgain(c, at));
            } else {
                events.add(there, at -> complete(c, at));
            }
        }
        dispatch(now);
    }

    private long answer(long bytes, Marks marks, long now) {
        return linkOut.serve(now, drive.link().transferPicos(bytes), marks, Account.WAIT_KERNEL)
                + drive.link().latencyPicos();
    }

    /** The data has come, its completion has not: the host asks for the state of the command. */
    private void askAgain(int command, long now) {
        askedAgain++;
        long asked = send(Link.COMMAND_BYTES, now);
        events.add(asked, at -> {
            long there = answer(Link.COMPLETION_BYTES, new Marks(), at);
            events.add(there, then -> complete(command, then));
        });
    }

    private void complete(int command, long now) {
        completions[command] = now;
        completed++;
        outstanding--;
        submit(now);
    }

    private DriveReport report() {
        var servers = new ArrayList<Server>(List.of(linkIn, processor, ftl, dram, linkOut));
        servers.addAll(filters);
        if (kernels != null) {
            servers.addAll(kernels.all());
        }
        long end = servers.stream().mapToLong(Server::free).max().orElse(0);
        var times = new ArrayList<Long>();
        for (long c : completions) {
            end = Math.max(end, c);
            times.add(c);
        }
        for (Channel channel : channels) {
            end = Math.max(end, channel.free());
        }
        var units = new ArrayList<UnitTimes>();
        for (Server server : servers) {
            units.add(server.times(end));
        }
        for (Channel channel : channels) {
            channel.times(end, units);
        }
        return new DriveReport(end, times, units, new DriveReport.Counts(
                operations[FlashOperation.READ.ordinal()],
                channels.stream().mapToLong(Channel::retries).sum(),
                operations[FlashOperation.PROGRAM.ordinal()],
                operations[FlashOperation.ERASE.ordinal()],
                commands.stream().mapToLong(Command::bytesIn).sum(),
                commands.stream().mapToLong(Command::bytesOut).sum(), keptBytes, askedAgain));
    }
}
