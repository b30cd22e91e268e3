package dev.skein.sim.storage;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the time of one unit went; the sum is the run's time.
 *
 * @param unit its name
 * @param picos one for each {@link Account}
 */
public record UnitTimes(String unit, List<Long> picos) {

    /** Copies the list. */
    public UnitTimes {
        picos = List.copyOf(picos);
    }

    /** Of one account. */
    public long of(Account account) {
        return picos.get(account.ordinal());
    }

    /** Of all. */
    public long total() {
        return picos.stream().mapToLong(Long::longValue).sum();
    }

    /** Part of the time in which it worked. */
    public double utilisation() {
        return total() == 0 ? 0 : (double) of(Account.BUSY) / total();
    }

    /** Counts while the machine runs. */
    static final class Counter {
        private final long[] picos = new long[Account.values().length];

        void add(Account account, long time) {
            picos[account.ordinal()] += time;
        }

        UnitTimes toRecord(String unit) {
            var list = new ArrayList<Long>();
            for (long p : picos) {
                list.add(p);
            }
            return new UnitTimes(unit, list);
        }
    }
}
