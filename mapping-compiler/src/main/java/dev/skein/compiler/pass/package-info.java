/** Lowering a graph: one class a pass. */
package dev.skein.compiler.pass;
