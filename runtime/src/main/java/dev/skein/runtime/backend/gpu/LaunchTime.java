package dev.skein.runtime.backend.gpu;

/**
 * When a launch ran, by the device's clock.
 *
 * @param startNanos since any moment, the same for all launches whose times are
 *     pending together
 * @param endNanos since then
 */
public record LaunchTime(long startNanos, long endNanos) {}
