/**
 * The trust boundary: the only place that parses files made by others (GGUF, safetensors, HDF5,
 * {@code config.json}). Every length is compared with the bytes that remain before anything is
 * allocated, and one exception type leaves a reader.
 */
package dev.skein.compiler.frontend;
