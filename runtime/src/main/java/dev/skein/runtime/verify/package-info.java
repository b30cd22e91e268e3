/** Executions of one compiled program side by side, compared bit by bit: {@code skein verify}. */
package dev.skein.runtime.verify;
