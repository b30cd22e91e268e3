package dev.skein.hls.board.resource;

import dev.skein.hls.board.Resources;

/**
 * A part of the overlay and what it uses.
 *
 * @param name for reports
 * @param use estimated
 */
public record Part(String name, Resources use) {}
