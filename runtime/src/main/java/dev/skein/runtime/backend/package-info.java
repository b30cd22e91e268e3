/** Back ends: one package each, all held to the same contract test. */
package dev.skein.runtime.backend;
