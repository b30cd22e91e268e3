/**
 * Many requests on one device: {@link dev.skein.runtime.batch.Scheduler} says what each step takes
 * and which pages of the KV cache hold what, {@link dev.skein.runtime.batch.Batch} runs the steps
 * on a {@link dev.skein.runtime.device.BatchAccelerator}. What a request gets does not depend on
 * the others: on an exact device its logits are those it gets alone, to the bit.
 */
package dev.skein.runtime.batch;
