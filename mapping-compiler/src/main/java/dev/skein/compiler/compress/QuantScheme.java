package dev.skein.compiler.compress;

import dev.skein.hls.isa.WeightBits;
import java.util.Locale;
import java.util.Objects;

/**
 * Which format each linear layer of a model gets.
 *
 * @param body the linear layers of the blocks
 * @param head the output head
 */
public record QuantScheme(WeightFormat body, WeightFormat head) {
    /** Group of mixed widths: 3.5 bits and 0.25 for the scale, as FlightLLM stores 3.74 in all. */
    private static final int MIXED_GROUP = 32;
    /** Between the formats of body and head. */
    private static final char SEPARATOR = '/';

    public QuantScheme {
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(head, "head");
    }

    /** The same format everywhere. */
    public static QuantScheme of(WeightBits bits, int groupSize) {
        WeightFormat format = new WeightFormat(bits, groupSize);
        return new QuantScheme(format, format);
    }

    /**
     * The scheme of a format ({@code w4}, {@code w4g32@8:16}) or, with a format for the head,
     * {@code mixed3.5g32@8:16/w8}. Without a group size w8 has no groups, mixed widths have
     * groups of 32 and others of 16. Without a format of its own the head has the widths and
     * groups of the body, and is dense.
     *
     * @throws IllegalArgumentException naming what is allowed
     */
    public static QuantScheme parse(String text) {
        int at = text.indexOf(SEPARATOR);
        WeightFormat body = format(at < 0 ? text : text.substring(0, at));
        return new QuantScheme(body, at < 0 ? dense(body) : format(text.substring(at + 1)));
    }

    private static WeightFormat format(String text) {
        WeightFormat format = WeightFormat.parse(text);
        boolean grouped = format.groupSize() == 0 && !isEight(format)
                && !text.toLowerCase(Locale.ROOT).contains("g");
        int size = format.blocks().widths().only().isPresent() ? WeightFormat.MIN_GROUP
                : MIXED_GROUP;
        return grouped ? new WeightFormat(format.blocks(), size) : format;
    }

    private static boolean isEight(WeightFormat format) {
        return format.blocks().widths().equals(Widths.of(WeightBits.W8));
    }

    private static WeightFormat dense(WeightFormat format) {
        return new WeightFormat(new BlockMix(format.blocks().widths(), Sparsity.DENSE),
                format.groupSize());
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return dense(body).equals(head) ? text(body) : text(body) + SEPARATOR + text(head);
    }

    /** With g0 where no group size would mean one. */
    private static String text(WeightFormat format) {
        return format.groupSize() > 0 || isEight(format) ? format.toString()
                : format.blocks().widths() + "g0" + format.blocks().sparsity();
    }
}
