/**
 * Design search: finds the architecture of a board's overlay that decodes a model fastest and fits
 * the device. {@link dev.skein.runtime.explore.Exploration} proposes generations of
 * {@link dev.skein.runtime.explore.Design}s, each a self-contained, serialisable
 * {@link dev.skein.runtime.explore.Task} with a seed of its own, which
 * {@link dev.skein.runtime.explore.Evaluator} compiles and simulates. What a generation proposes
 * depends on the seed and on the outcomes of earlier generations alone, so neither the number of
 * threads nor an interruption changes the result; the {@link dev.skein.runtime.explore.Journal}
 * keeps every outcome as soon as it is known.
 */
package dev.skein.runtime.explore;
