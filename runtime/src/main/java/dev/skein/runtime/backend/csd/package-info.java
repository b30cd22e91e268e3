/** Attention and the KV cache in a computational storage drive of files. */
package dev.skein.runtime.backend.csd;
