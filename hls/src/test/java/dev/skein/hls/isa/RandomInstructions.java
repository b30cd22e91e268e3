package dev.skein.hls.isa;

import java.util.List;
import java.util.SplittableRandom;

/** Instructions with random components within the fields, otherwise without sense. */
final class RandomInstructions {
    private RandomInstructions() {}

    static Instruction any(SplittableRandom random) {
        return of(Opcode.values()[random.nextInt(Opcode.values().length)], random);
    }

    static Instruction of(Opcode opcode, SplittableRandom random) {
        List<Component> components = Layout.of(opcode).components();
        Object[] values = new Object[components.size()];
        for (int i = 0; i < values.length; i++) {
            Component c = components.get(i);
            int granule = c.field().granule();
            long first = Math.max(c.min(), random.nextLong(c.max() / granule + 1) * granule);
            if (c.kind() == Component.Kind.FLOAT) {
                first = Float.floatToRawIntBits(random.nextInt(4) == 0
                        ? new float[] {0f, -0f, 1e-45f, 3.4e38f}[random.nextInt(4)]
                        : (float) random.nextGaussian()) & 0xffffffffL;
            }
            long second = c.second() == null ? 0 : random.nextLong(1L << c.second().bits());
            values[i] = c.value(first, second);
        }
        return Layout.of(opcode).create(values);
    }
}
