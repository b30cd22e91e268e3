package dev.skein.sim.csd.nvme;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.number.Half;
import dev.skein.hls.number.Sparf;
import dev.skein.sim.csd.Append;
import dev.skein.sim.csd.Attention;
import dev.skein.sim.csd.CsdDrive;
import dev.skein.sim.csd.HeadId;
import dev.skein.sim.csd.Model;
import dev.skein.sim.csd.Session;
import dev.skein.sim.csd.TaskShape;
import dev.skein.sim.csd.fault.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands and completions as bytes, against the same plain arrays. */
class ControllerTest {
    private static final TaskShape SHAPE = new TaskShape(2, 2, 2, 16, 4);

    @TempDir
    private Path folder;

    private final Model model = new Model();
    private Controller controller;
    private SplittableRandom random;

    /** Commands, a third of them with changed bytes: a refused one changes nothing. */
    @Test
    void commandsAreDoneOrRefused() {
        CsdDrive.format(folder.resolve("d"), "small", Session.SMALL);
        Map<Status, Integer> seen = new EnumMap<>(Status.class);
        random = new SplittableRandom(9);
        try (CsdDrive drive = Session.open(folder.resolve("d"))) {
            controller = new Controller(drive);
            for (int i = 0; i < 3_000; i++) {
                Status status = step(random.nextInt(3) == 0);
                seen.merge(status, 1, Integer::sum);
                if (i % 500 == 499) {
                    Session.check(drive, model, "command " + i);
                }
            }
        }
        for (Status s : new Status[] {Status.SUCCESS, Status.INVALID_OPCODE, Status.INVALID_FIELD,
            Status.INVALID_LENGTH, Status.NO_SUCH_TASK, Status.OUT_OF_RANGE, Status.OUT_OF_ORDER,
            Status.NOT_FINITE, Status.TASK_EXISTS}) {
            assertTrue(seen.getOrDefault(s, 0) > 0, s + " never happened: " + seen);
        }
        assertTrue(seen.get(Status.SUCCESS) > 1500, seen::toString);
    }

    private Status step(boolean mutate) {
        byte[] data = {};
        DriveCommand command = command();
        int length = 0;
        if (command instanceof DriveCommand.Write(Append a)) {
            data = bytes(Session.numbers(random, 2 * a.tokens() * SHAPE.rowValues()));
            if (random.nextInt(40) == 0) {
                data[1] = 0x7c;
                data[0] = 0;
            }
            length = data.length;
        } else if (command instanceof DriveCommand.Attend(Attention a)) {
            data = bytes(Session.numbers(random, a.heads() * a.queryHeads() * SHAPE.headDim()));
            length = data.length;
        } else if (command instanceof DriveCommand.Read r) {
            length = r.tokens() * SHAPE.headDim() * Half.BYTES;
        }
        int id = random.nextInt(1 << 16);
        byte[] bytes = new Entry(command, id, length == 0 ? 0 : 4096, length).encode();
        bytes = mutate ? EntryTest.mutated(random, bytes) : bytes;
        Controller.Reply reply = controller.submit(bytes, data);
        Completion completion = Completion.decode(reply.completion());
        if (completion.status() == Status.SUCCESS) {
            Entry done = Entry.decode(bytes);
            assertEquals(done.id(), completion.id());
            assertEquals("", reply.message());
            apply(done.command(), data, reply, completion.result());
        } else {
            assertTrue(reply.message().startsWith(completion.status().name()), reply.message());
        }
        return completion.status();
    }

    private DriveCommand command() {
        int what = random.nextInt(30);
        if (model.tasks().isEmpty() || what == 0) {
            return new DriveCommand.Create(random.nextInt(3), SHAPE);
        }
        int task = model.tasks().firstKey();
        int sequence = random.nextInt(2);
        int layer = random.nextInt(2);
        int tokens = model.tasks().get(task).tokens(sequence, layer);
        int head = random.nextInt(2);
        return switch (what) {
            case 1 -> random.nextInt(3) == 0 || tokens > 300 ? new DriveCommand.Drop(task)
                    : new DriveCommand.Tokens(task, sequence, layer);
            case 2 -> new DriveCommand.Flush();
            case 3 -> new DriveCommand.Reclaim();
            case 4, 5, 6, 7 -> new DriveCommand.Tokens(task, sequence, layer);
            case 8, 9, 10 -> new DriveCommand.Read(new HeadId(task, sequence, layer, head),
                    random.nextBoolean(), Math.max(0, tokens - 20), Math.clamp(tokens, 1, 20));
            case 11, 12, 13, 14 -> new DriveCommand.Attend(new Attention(task, sequence, layer, 0,
                    2, 2, new Sparf(1 + random.nextInt(16), 1 + random.nextInt(50), 1)));
            default -> new DriveCommand.Write(new Append(task, sequence, layer, tokens,
                    1 + random.nextInt(3)));
        };
    }

    private void apply(DriveCommand command, byte[] data, Controller.Reply reply, int result) {
        switch (command) {
            case DriveCommand.Flush _, DriveCommand.Reclaim _ -> { }
            case DriveCommand.Create(var task, var shape) -> model.create(task, shape);
            case DriveCommand.Drop(var task) -> model.drop(task);
            case DriveCommand.Write(var a) -> {
                short[] both = shorts(data);
                model.append(a, Arrays.copyOf(both, both.length / 2),
                        Arrays.copyOfRange(both, both.length / 2, both.length));
            }
            case DriveCommand.Tokens t -> assertEquals(
                    model.tasks().get(t.task()).tokens(t.sequence(), t.layer()), result);
            case DriveCommand.Read r -> {
                var head = model.head(r.head());
                short[] all = r.values() ? head.values() : head.keys();
                int d = head.headDim();
                assertArrayEquals(Arrays.copyOfRange(all, r.firstToken() * d,
                        (r.firstToken() + r.tokens()) * d), shorts(reply.data()));
            }
            case DriveCommand.Attend(var a) -> {
                short[] queries = shorts(data);
                int each = queries.length / a.heads();
                for (int h = 0; h < a.heads(); h++) {
                    var id = new HeadId(a.task(), a.sequence(), a.layer(), a.firstHead() + h);
                    assertArrayEquals(model.attend(id, Arrays.copyOfRange(queries, h * each,
                            (h + 1) * each), a.sparf()).outputs(), Arrays.copyOfRange(
                            shorts(reply.data()), h * each, (h + 1) * each));
                }
            }
        }
    }

    private static byte[] bytes(short[] numbers) {
        byte[] out = new byte[numbers.length * Half.BYTES];
        ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(numbers);
        return out;
    }

    private static short[] shorts(byte[] data) {
        short[] out = new short[data.length / Half.BYTES];
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(out);
        return out;
    }
}
