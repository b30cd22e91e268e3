package dev.skein.compiler.compress;

import dev.skein.hls.isa.WeightBits;
import java.util.Objects;

/**
 * Which format each linear layer of a model gets.
 *
 * @param body the linear layers of the blocks
 * @param head the output head
 */
public record QuantScheme(WeightFormat body, WeightFormat head) {
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
     * The scheme of {@code w4}, {@code w4g32} or, with a format for the head, {@code w4g32:w8}.
     * Without a group size the formats below 8 bits have groups of 16 and w8 has none.
     *
     * @throws IllegalArgumentException naming what is allowed
     */
    public static QuantScheme parse(String text) {
        int colon = text.indexOf(':');
        WeightFormat body = format(colon < 0 ? text : text.substring(0, colon));
        return new QuantScheme(body, colon < 0 ? body : format(text.substring(colon + 1)));
    }

    private static WeightFormat format(String text) {
        WeightFormat format = WeightFormat.parse(text);
        boolean grouped = format.bits() != WeightBits.W8 && text.indexOf('g') < 0;
        return grouped ? new WeightFormat(format.bits(), WeightFormat.MIN_GROUP) : format;
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return body.equals(head) ? body.toString() : body + ":" + head;
    }
}
