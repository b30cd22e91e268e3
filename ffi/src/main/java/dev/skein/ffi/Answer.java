package dev.skein.ffi;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What was looked for on this machine, or one sentence that says why it is not there: that a
 * library is missing is nothing exceptional.
 *
 * @param <T> what was looked for
 */
public sealed interface Answer<T> {

    /** It is there. */
    record Found<T>(T value) implements Answer<T> {
        /** Checks that it is. */
        public Found {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * It is not.
     *
     * @param reason one sentence without a full stop: what, where, found
     */
    record Missing<T>(String reason) implements Answer<T> {
        /** Checks that there is one. */
        public Missing {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** It, if it is there. */
    default Optional<T> toOptional() {
        return switch (this) {
            case Found<T> f -> Optional.of(f.value());
            case Missing<T> _ -> Optional.empty();
        };
    }

    /** Goes on with it. */
    default <R> Answer<R> then(Function<? super T, Answer<R>> next) {
        return switch (this) {
            case Found<T> f -> next.apply(f.value());
            case Missing<T> m -> new Missing<>(m.reason());
        };
    }

    /** It, or an exception made of the reason. */
    default <X extends Exception> T orElseThrow(Function<String, X> exception) throws X {
        return switch (this) {
            case Found<T> f -> f.value();
            case Missing<T> m -> throw exception.apply(m.reason());
        };
    }
}
