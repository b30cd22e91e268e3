/**
 * Where the KV cache of a model lives on a GPU with drives beside it, and what crosses which link
 * because of that. A plan says who computes what and lists its transfers; how long it takes is
 * asked of a {@link dev.skein.compiler.pass.placement.PlacementCost}, which this module lacks.
 */
package dev.skein.compiler.pass.placement;
