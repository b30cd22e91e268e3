package dev.skein.sim.csd.nvme;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.number.Sparf;
import dev.skein.sim.csd.Append;
import dev.skein.sim.csd.Attention;
import dev.skein.sim.csd.HeadId;
import dev.skein.sim.csd.TaskShape;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryTest {

    @Test
    void whatIsEncodedIsDecoded() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            Entry entry = random(random);
            assertEquals(entry, Entry.decode(entry.encode()));
        }
    }

    /** An accepted command means its bytes and no others; every other one is refused by name. */
    @Test
    void anyBytesAreACommandOrRefused() {
        int inputs = Integer.getInteger("fuzz.inputs", 60_000);
        var random = new SplittableRandom(Long.getLong("fuzz.seed", 3));
        Map<Status, Integer> seen = new EnumMap<>(Status.class);
        for (int i = 0; i < inputs; i++) {
            byte[] bytes = mutated(random, random(random).encode());
            Status status = Status.SUCCESS;
            try {
                assertArrayEquals(bytes, Entry.decode(bytes).encode());
            } catch (DriveException e) {
                status = e.status();
                assertEquals(1, e.getMessage().lines().count());
            }
            seen.merge(status, 1, Integer::sum);
        }
        assertEquals(Set.of(Status.SUCCESS, Status.INVALID_OPCODE,
                Status.INVALID_FIELD, Status.INVALID_LENGTH), seen.keySet());
        seen.forEach((s, n) -> assertTrue(n > inputs / 1000, s + " " + n));
    }

    @ParameterizedTest
    @CsvSource({"0, 0x07, INVALID_OPCODE", "0, 0x14001, INVALID_FIELD", "1, 2, INVALID_FIELD",
        "2, 1, INVALID_FIELD", "3, 1, INVALID_FIELD", "4, 1, INVALID_FIELD",
        "5, 1, INVALID_FIELD", "8, 0, INVALID_FIELD", "8, -1, INVALID_FIELD",
        "9, 1, INVALID_FIELD", "12, 0x10000, INVALID_FIELD", "13, -1, INVALID_FIELD",
        "14, -1, INVALID_FIELD", "15, 1, INVALID_FIELD"})
    void aWriteWithAWrongWordIsRefused(int word, String value, Status status) {
        byte[] bytes = new Entry(new DriveCommand.Write(new Append(1, 2, 3, 4, 5)), 6, 7, 8)
                .encode();
        int v = Integer.decode(value);
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (value.equals("0x14001")) {
            v = in.getInt(0) | 0x100;
        }
        in.putInt(word * Integer.BYTES, v);
        assertEquals(status, assertThrows(DriveException.class, () -> Entry.decode(bytes))
                .status());
    }

    @Test
    void completionsAreDecodedOrRefused() {
        var random = new SplittableRandom(4);
        for (Status status : Status.values()) {
            var completion = new Completion(random.nextInt(1 << 16), status, random.nextInt());
            assertEquals(completion, Completion.decode(completion.encode()));
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = mutated(random, new Completion(random.nextInt(1 << 16),
                    Status.values()[random.nextInt(Status.values().length)], i).encode());
            try {
                assertArrayEquals(bytes, Completion.decode(bytes).encode());
            } catch (DriveException e) {
                assertEquals(Status.INVALID_FIELD, e.status());
            }
        }
    }

    static byte[] mutated(SplittableRandom random, byte[] bytes) {
        byte[] out = random.nextInt(50) == 0
                ? Arrays.copyOf(bytes, random.nextInt(2 * bytes.length)) : bytes.clone();
        for (int n = random.nextInt(4); n > 0 && out.length > 0; n--) {
            int at = random.nextInt(out.length);
            if (random.nextBoolean()) {
                out[at] ^= (byte) (1 << random.nextInt(8));
            } else {
                out[at] = (byte) random.nextInt();
            }
        }
        return out;
    }

    static Entry random(SplittableRandom r) {
        int word = r.nextInt();
        int length = 1 + r.nextInt(Integer.MAX_VALUE);
        DriveCommand command = switch (r.nextInt(8)) {
            case 0 -> new DriveCommand.Flush();
            case 1 -> new DriveCommand.Reclaim();
            case 2 -> new DriveCommand.Write(new Append(word, r.nextInt(), half(r), positive(r),
                    positive(r)));
            case 3 -> new DriveCommand.Read(new HeadId(word, r.nextInt(), half(r), half(r)),
                    r.nextBoolean(), positive(r), positive(r));
            case 4 -> new DriveCommand.Attend(attention(r, word));
            case 5 -> new DriveCommand.Create(word, new TaskShape(1 + r.nextInt(16),
                    1 + r.nextInt(256), 1 + r.nextInt(256), 100 + r.nextInt(60_000),
                    1 + r.nextInt(100)));
            case 6 -> new DriveCommand.Drop(word);
            default -> new DriveCommand.Tokens(word, r.nextInt(), half(r));
        };
        boolean data = command instanceof DriveCommand.Write
                || command instanceof DriveCommand.Read || command instanceof DriveCommand.Attend;
        return new Entry(command, half(r), data ? r.nextLong() : 0, data ? length : 0);
    }

    private static Attention attention(SplittableRandom r, int task) {
        int k = 1 + r.nextInt(Integer.MAX_VALUE);
        return new Attention(task, r.nextInt(), half(r), half(r), half(r), half(r),
                new Sparf(1 + r.nextInt(Integer.MAX_VALUE), k, 1 + r.nextInt(k)));
    }

    private static int half(SplittableRandom r) {
        return r.nextInt(1 << 16);
    }

    private static int positive(SplittableRandom r) {
        return r.nextInt(Integer.MAX_VALUE);
    }
}
