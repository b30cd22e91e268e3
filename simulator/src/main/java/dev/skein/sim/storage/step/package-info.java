/**
 * Steps of a model on a GPU and what its KV cache is kept in, as a timeline of layers.
 *
 * <p>Layers are alike, so one is computed and multiplied: exact, since a layer begins when the one
 * before it has ended and finds idle drives. Drives with equally many heads are alike, too.
 *
 * <p><b>Decode, attention in drives.</b> A layer is: norm and QKV on the GPU; one attend command a
 * sequence to each drive with q, k and v of the drive's heads, peer to peer, over the drive's link
 * or its part of the GPU's, whichever is slower; the drive ({@link dev.skein.sim.storage}); output
 * projection and feed-forward part on the GPU when the last drive has answered. K and V that fill
 * pages are programmed afterwards, at the rate of the array, and nothing overlaps with that: it is
 * less than 1 % of a step.
 *
 * <p><b>Decode, cache outside of the GPU.</b> As in FlexGen the cache of the next layer is fetched
 * while a layer computes, so a layer takes the longer of the two. Solid-state drives give what
 * their arrays, their links and the GPU's link all give; or, as memory-mapped files, what readers
 * get who wait for one window after the other, and copy it to the GPU before they go on. Without a
 * cache a step is a prefill of all tokens.
 *
 * <p><b>Prefill.</b> All on the GPU. K and V of layer i are sent and programmed while layer i + 1
 * computes; a layer takes the longest of computing, sending, programming.
 *
 * <p><b>The GPU</b> is a {@link dev.skein.sim.storage.step.GpuTime}; here a roofline.
 */
package dev.skein.sim.storage.step;
