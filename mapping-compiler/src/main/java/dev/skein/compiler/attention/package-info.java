/**
 * Which part of a cache decode attention looks at: dense, SparF and SparQ, and methods that forget
 * tokens (H2O, StreamingLLM, Keyformer, a window), all on keys and values of binary16 and with the
 * arithmetic of docs/numbers.md, "Attention in the drive".
 *
 * <p>What a policy means is here; drives and devices that do the same are compared with it.
 */
package dev.skein.compiler.attention;
