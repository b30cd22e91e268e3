/**
 * Tokenizers, parsed from the files they are published in: SentencePiece-style vocabularies of
 * GGUF and {@code tokenizer.json}, byte-level BPE of {@code tokenizer.json}, GGUF and
 * {@code encoder.json} with {@code vocab.bpe}. They are foreign files, so they live in the front
 * end; the runtime only uses the result.
 */
package dev.skein.compiler.frontend.tokenizer;
