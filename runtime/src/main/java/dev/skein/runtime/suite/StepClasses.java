package dev.skein.runtime.suite;

import dev.skein.compiler.compress.Sparsity;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.gpu.PlanBuffer;
import dev.skein.runtime.backend.gpu.TimedLaunch;
import dev.skein.sim.gpu.Kernel;
import dev.skein.sim.gpu.KernelClass;
import dev.skein.sim.gpu.WeightWidth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Launches of a step by the classes of the timing model, with what the model says that each class
 * has to do. Devices launch more kernels than the model, which fuses more, so work is shared by as
 * many launches as there were.
 *
 * @param tokens of the step, of all sequences
 * @param heads rows that the head multiplies
 */
record StepClasses(int tokens, int heads) {
    private static final int MOST_VECTORS = 8;
    private static final int BYTE_BITS = 8;

    /** A class. */
    private record Key(KernelClass kind, WeightWidth width) {}

    /** Its launches. */
    private static final class Sum {
        private int launches;
        private double micros;
    }

    /**
     * The classes that were launched and that the model has.
     *
     * @param step name of the step
     * @param model its kernels
     */
    List<MeasuredKernel> of(String step, boolean fit, StepTiming timing, List<Kernel> model) {
        Map<Key, Sum> sums = new LinkedHashMap<>();
        for (int i = 0; i < timing.launches().size(); i++) {
            Sum sum = sums.computeIfAbsent(key(timing.launches().get(i)), _ -> new Sum());
            sum.launches++;
            sum.micros += timing.micros(i).median();
        }
        return sums.entrySet().stream().filter(e -> model.stream().anyMatch(is(e.getKey())))
                .map(e -> new MeasuredKernel(step, mean(model, e.getKey(), e.getValue().launches),
                        fit, e.getValue().launches, e.getValue().micros / e.getValue().launches,
                        timing.gapMicros(), 0)).toList();
    }

    private static Predicate<Kernel> is(Key key) {
        return k -> k.kind() == key.kind && k.width() == key.width;
    }

    private static Kernel mean(List<Kernel> model, Key key, int launches) {
        List<Kernel> own = model.stream().filter(is(key)).toList();
        return new Kernel(key.kind.text(), key.kind, key.width,
                own.stream().mapToLong(Kernel::bytes).sum() / launches,
                own.stream().mapToDouble(Kernel::tensorMacs).sum() / launches,
                own.getFirst().int8(),
                own.stream().mapToDouble(Kernel::instructions).sum() / launches);
    }

    private Key key(TimedLaunch launch) {
        if (!launch.matrices().isEmpty()) {
            return product(launch.matrices().getFirst());
        }
        KernelClass kind = !launch.kernel().contains("attention") ? KernelClass.ELEMENTWISE
                : tokens > heads ? KernelClass.PREFILL_ATTENTION : KernelClass.DECODE_ATTENTION;
        return new Key(kind, WeightWidth.WIDE);
    }

    private Key product(PlanBuffer.Matrix matrix) {
        boolean head = matrix.ref().name().equals("head.weight")
                || matrix.ref().name().equals("embed");
        boolean many = (head ? heads : tokens) > MOST_VECTORS;
        WeightFormat format = matrix.format();
        boolean sparse = !format.blocks().sparsity().equals(Sparsity.DENSE);
        KernelClass kind = many ? sparse ? KernelClass.SPARSE_GEMM : KernelClass.GEMM
                : sparse ? KernelClass.SPARSE_GEMV : KernelClass.GEMV;
        return new Key(kind, !format.isUniform() || format.bits().bits() < BYTE_BITS
                ? WeightWidth.PACKED : WeightWidth.BYTE);
    }
}
