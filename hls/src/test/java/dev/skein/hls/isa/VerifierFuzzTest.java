package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.sample.RandomPrograms;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Damaged programs: refused in one line, or as good as undamaged ones. */
class VerifierFuzzTest {
    private static final int PROGRAMS = 2500;

    @Test
    void damagedProgramsAreRefusedOrHarmless() {
        int refused = 0;
        int accepted = 0;
        for (long seed = 0; seed < PROGRAMS; seed++) {
            var random = new SplittableRandom(seed);
            Program p = damaged(RandomPrograms.generate(seed % 97, 1 + (int) (seed % 2),
                    RandomPrograms.SMALLEST).program(), random);
            try {
                ProgramVerifier.verify(p);
                accepted++;
                Registers[] corners = Limits.of(p).corners();
                Registers r = corners[random.nextInt(corners.length)];
                if (seed % 10 == 0 && Trace.length(p, 0, r.position(), r.tokens()) < 1000) {
                    new HappensBefore(p, r.position(), r.tokens()).check("seed " + seed);
                }
            } catch (ProgramException e) {
                refused++;
                assertEquals(1, e.getMessage().lines().count(), "seed " + seed);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertTrue(refused > PROGRAMS / 4 && accepted > PROGRAMS / 20,
                refused + " refused, " + accepted + " accepted");
    }

    private static Program damaged(Program p, SplittableRandom random) {
        var streams = new ArrayList<List<Instruction>>();
        p.streams().forEach(s -> streams.add(new ArrayList<>(s)));
        var regions = new ArrayList<>(p.regions());
        int maxTokens = p.maxTokens();
        int maxContext = p.maxContext();
        for (int n = random.nextInt(3); n >= 0; n--) {
            List<Instruction> stream = streams.get(random.nextInt(streams.size()));
            int i = random.nextInt(stream.size());
            switch (random.nextInt(12)) {
                case 0 -> stream.remove(i);
                case 1 -> stream.add(i, stream.get(random.nextInt(stream.size())));
                case 2 -> Collections.swap(stream, i, random.nextInt(stream.size()));
                case 3 -> stream.set(i, RandomInstructions.any(random));
                case 4 -> stream.set(i, stream.get(i).withTokens(
                        new Tokens(random.nextInt(32), random.nextInt(32))));
                case 5 -> maxContext = random.nextBoolean() ? Limits.LONGEST
                        : random.nextInt(4 * maxContext);
                case 6 -> maxTokens = random.nextInt(2 * maxContext + 2);
                case 7 -> regions.remove(random.nextInt(regions.size()));
                default -> stream.set(i, oneField(stream.get(i), random));
            }
            if (stream.isEmpty()) {
                break;
            }
        }
        return new Program(p.name(), maxTokens, maxContext, p.buffers(), regions, streams);
    }

    /** The same with one component as in a random instruction, or changed by little. */
    private static Instruction oneField(Instruction i, SplittableRandom random) {
        Instruction other = RandomInstructions.of(i.opcode(), random);
        List<Component> components = Layout.of(i.opcode()).components();
        Object[] values = new Object[components.size()];
        int changed = random.nextInt(values.length);
        for (int c = 0; c < values.length; c++) {
            Component component = components.get(c);
            values[c] = component.read(i);
            if (c == changed) {
                long near = component.get(i) + (random.nextBoolean() ? 1 : -1)
                        * (long) component.field().granule();
                boolean little = random.nextBoolean() && component.second() == null
                        && near >= component.min() && near <= component.max();
                values[c] = little ? component.value(near, 0) : component.read(other);
            }
        }
        return Layout.of(i.opcode()).create(values);
    }
}
