package dev.skein.hls.board;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bits of a channel's burst number select row, bank group (G), bank (B) and column, from the
 * most significant: {@code R-1G-2B-C-1G} is the RGBCG map of AMD PG276, in which a stream changes
 * the bank group with every burst. R comes first, C stands once, and the digits before G and B say
 * how many bits.
 *
 * @param text as in the board file
 * @param bankGroups bank groups, a power of two
 * @param banksPerGroup banks of a group, a power of two
 * @param upperBanks bank reached by each value of the G and B bits above the column
 * @param lowerBanks bank reached by each value of the G and B bits below it; the bank of a burst is
 *     the sum of both
 */
public record AddressMap(String text, int bankGroups, int banksPerGroup, List<Integer> upperBanks,
        List<Integer> lowerBanks) {
    private static final Pattern FIELD = Pattern.compile("([1-4])([GB])");

    /** Copies the lists. */
    public AddressMap {
        upperBanks = List.copyOf(upperBanks);
        lowerBanks = List.copyOf(lowerBanks);
    }

    /**
     * Reads a map.
     *
     * @throws IllegalArgumentException if the text is not a map for these banks; the message says
     *     what is allowed
     */
    public static AddressMap parse(String text, int bankGroups, int banksPerGroup) {
        List<String> fields = List.of(text.split("-", -1));
        int column = fields.indexOf("C");
        if (!fields.getFirst().equals("R") || column < 0) {
            throw new IllegalArgumentException("R, then fields such as 2B, 1G, C");
        }
        var bits = new Bits();
        List<Integer> lower = bits.banks(fields.subList(column + 1, fields.size()), banksPerGroup);
        List<Integer> upper = bits.banks(fields.subList(1, column), banksPerGroup);
        if (1 << bits.group != bankGroups || 1 << bits.bank != banksPerGroup) {
            throw new IllegalArgumentException(Integer.numberOfTrailingZeros(bankGroups)
                    + " bits of G and " + Integer.numberOfTrailingZeros(banksPerGroup)
                    + " of B in all");
        }
        return new AddressMap(text, bankGroups, banksPerGroup, upper, lower);
    }

    /** Bits of G and B used so far, from the least significant. */
    private static final class Bits {
        private int group;
        private int bank;

        private List<Integer> banks(List<String> fields, int banksPerGroup) {
            List<Integer> banks = List.of(0);
            for (String field : fields.reversed()) {
                Matcher m = FIELD.matcher(field);
                if (!m.matches()) {
                    throw new IllegalArgumentException("R, then fields such as 2B, 1G, C");
                }
                int width = Integer.parseInt(m.group(1));
                boolean isGroup = m.group(2).equals("G");
                int unit = isGroup ? banksPerGroup << group : 1 << bank;
                var longer = new ArrayList<Integer>();
                for (int v = 0; v < 1 << width; v++) {
                    for (int b : banks) {
                        longer.add(b + v * unit);
                    }
                }
                banks = longer;
                group += isGroup ? width : 0;
                bank += isGroup ? 0 : width;
            }
            return banks;
        }
    }

    /** All banks of a channel. */
    public int banks() {
        return bankGroups * banksPerGroup;
    }

    /** The group of a bank. */
    public int group(int bank) {
        return bank / banksPerGroup;
    }

    /** Banks that consecutive bursts go round. */
    public int interleave() {
        return lowerBanks.size();
    }
}
