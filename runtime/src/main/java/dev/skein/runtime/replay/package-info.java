/**
 * What a device was given and gave, in a file: written beside any run, a simulated board's or a
 * card's, and read again in the place of the device.
 *
 * <p>A run log is text, a JSON object a line:
 *
 * <pre>
 * head  = skeinRunLog 1, device, source, model, weights, board,
 *         vocabSize, maxContext, maxTokens,
 *         prompt (ids), tokens (most to generate), temperature, topK, topP, seed,
 *         files {name: base64}         configuration and tokenizer of the model
 * step  = position, tokens (ids), wallNanos, logits (base64 of binary32, little-endian),
 *         cost {cycles, seconds, bytesMoved, bandwidthUtilisation, joules, boundBy,
 *               opSeconds {op: s}}     where the device knows it
 * end   = end (ids, prompt included), crc32c (of all bytes before this line, hexadecimal)
 * </pre>
 *
 * <p>One head, steps in order, one end. A log without an end is of a run that was cut off.
 */
package dev.skein.runtime.replay;
