/** CUDA devices: models on them. */
package dev.skein.runtime.backend.cuda;
