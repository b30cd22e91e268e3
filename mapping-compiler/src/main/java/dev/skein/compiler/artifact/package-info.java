/** Skein's own files on disk: written atomically, checked when read. */
package dev.skein.compiler.artifact;
