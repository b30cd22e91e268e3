package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.Field;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.InstructionCodec;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.hls.isa.sample.RandomPrograms;
import dev.skein.sim.functional.DeviceMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernels under the address and undefined-behaviour sanitizers, without a JVM: random programs
 * end as they have to, and the same programs with a mutated instruction end with a fault or not,
 * but never with undefined behaviour or for ever.
 */
class MutatedWordsTest {
    private static final int PROGRAMS = Integer.getInteger("fuzz.programs", 30);
    private static final int MUTATIONS = 100;
    private static final long FIRST = Long.getLong("fuzz.seed", 9000);

    /** Work a unit may do in a step with a mutated length. */
    private static final long BUDGET = 1 << 20;

    @TempDir
    private Path folder;

    @Test
    void faultsInsteadOfUndefinedBehaviour() throws Exception {
        HlsLibrary library = Kernels.of("u280-flightllm");
        Path replayer = Kernels.replayerOf("u280-flightllm");
        Map<Integer, Long> faults = new TreeMap<>();
        for (long seed = FIRST; seed < FIRST + PROGRAMS; seed++) {
            Path dump = folder.resolve("dump");
            record(seed, library, dump);
            for (String line : Kernels.run(List.of(replayer.toString(), dump.toString()))
                    .split("\n")) {
                if (line.startsWith("fault ")) {
                    String[] words = line.split(" ");
                    faults.merge(Integer.parseInt(words[1]), Long.parseLong(words[2]),
                            Long::sum);
                }
            }
        }
        System.out.println("ends of " + PROGRAMS * (MUTATIONS + 1) + " steps from seed " + FIRST
                + ", by fault: " + faults);
        assertEquals(PROGRAMS * (MUTATIONS + 1L),
                faults.values().stream().mapToLong(n -> n).sum(), "seed " + FIRST);
        List<HlsFault> often = List.of(HlsFault.NONE, HlsFault.CODE, HlsFault.UNUSED_BITS,
                HlsFault.FIELD, HlsFault.TOKENS, HlsFault.BUFFER, HlsFault.MEMORY, HlsFault.ROW,
                HlsFault.STRIP, HlsFault.NESTING, HlsFault.NO_END, HlsFault.DEADLOCK,
                HlsFault.WATCHDOG);
        for (HlsFault f : often) {
            assertTrue(faults.containsKey(f.ordinal()), f + " never occurred: " + faults);
        }
    }

    /** A step that has to be as before, then steps with an instruction mutated in each. */
    private static void record(long seed, HlsLibrary library, Path dump) throws Exception {
        var random = new SplittableRandom(seed);
        VerifiedProgram p = RandomPrograms.generate(seed, 1 + random.nextInt(3),
                RandomPrograms.SMALLEST);
        DeviceMemory memory = RandomProgramsOnHlsTest.memory(p, seed);
        int tokens = 1 + random.nextInt(p.program().maxTokens());
        int position = random.nextInt(p.program().maxContext() - tokens + 1);
        var recorder = new HlsRecorder(new HlsCard(library, 0), dump);
        try (var machine = new HlsMachine(p, memory, recorder)) {
            machine.run(position, tokens);
            for (int i = 0; i < MUTATIONS; i++) {
                int core = random.nextInt(p.program().cores());
                List<Instruction> stream = p.program().streams().get(core);
                int index = random.nextInt(stream.size());
                byte[] word = InstructionCodec.encodeStream(List.of(stream.get(index)));
                recorder.word(core, index, mutated(word, stream, random));
                recorder.attempt(position, tokens, BUDGET);
                recorder.word(core, index, word);
            }
        }
    }

    /** Fields with other values, bits turned, another code, a word of another place, noise. */
    private static byte[] mutated(byte[] word, List<Instruction> stream,
            SplittableRandom random) {
        byte[] out = word.clone();
        switch (random.nextInt(10)) {
            case 0 -> random.nextBytes(out);
            case 1 -> out[0] = (byte) (out[0] & 0xc0 | random.nextInt(64));
            case 2 -> {
                return InstructionCodec.encodeStream(
                        List.of(stream.get(random.nextInt(stream.size()))));
            }
            case 3 -> {
                for (int n = 1 + random.nextInt(3); n > 0; n--) {
                    int bit = random.nextInt(8 * out.length);
                    out[bit / 8] ^= (byte) (1 << bit % 8);
                }
            }
            default -> {
                List<Field> fields = InstructionCodec.decode(words(word)).opcode().fields();
                for (int n = 1 + random.nextInt(2); n > 0; n--) {
                    set(out, fields.get(1 + random.nextInt(fields.size() - 1)), random);
                }
            }
        }
        return out;
    }

    private static long[] words(byte[] word) {
        long[] out = new long[4];
        ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(out);
        return out;
    }

    /** Zero, the largest value, one bit, or anything. */
    private static void set(byte[] word, Field f, SplittableRandom random) {
        long mask = (1L << f.bits()) - 1;
        long value = switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> mask;
            case 2 -> 1L << random.nextInt(f.bits());
            default -> random.nextLong() & mask;
        };
        ByteBuffer buffer = ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN);
        long rest = buffer.getLong(8 * f.word()) & ~(mask << f.shift());
        buffer.putLong(8 * f.word(), rest | value << f.shift());
    }

    @Test
    void aDumpThatIsCutIsRefused() throws Exception {
        Path dump = folder.resolve("cut");
        record(FIRST, Kernels.of("u280-flightllm"), dump);
        byte[] all = Files.readAllBytes(dump);
        Files.write(dump, Arrays.copyOf(all, all.length / 2));
        var command = new ArrayList<>(List.of(
                Kernels.replayerOf("u280-flightllm").toString(), dump.toString()));
        assertEquals(2, new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor());
    }
}
