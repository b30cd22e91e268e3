package dev.skein.runtime;

import dev.skein.compiler.attention.AttentionPolicy;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A binary16 cache in place of a device's own.
 *
 * @param policy which part of it is attended to; by default attention is as the device has it,
 *     dense in a drive
 * @param drive folder of the drive that holds it; by default a temporary one
 */
public record CacheOptions(Optional<AttentionPolicy> policy, Optional<Path> drive) {
    /** The device's own. */
    public static final CacheOptions NONE = new CacheOptions(Optional.empty(), Optional.empty());
}
