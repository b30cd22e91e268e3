/**
 * Reads what the vendor's tools report of a synthesised design: {@code csynth.xml} of Vitis HLS,
 * and {@code report_utilization -hierarchical}, {@code report_utilization -slr} and
 * {@code report_timing_summary} of Vivado, as text. They are foreign files, so the rules of {@link
 * dev.skein.compiler.frontend} hold: an answer, or one {@link
 * dev.skein.compiler.frontend.FormatException} of one line. XML has no document type and no entity
 * of its own, so nothing outside the file is ever looked at.
 *
 * <p>Amounts come out as the schema of our own estimate,
 * {@link dev.skein.hls.board.resource.ResourceEstimate}. No report of a design of ours was
 * at hand: the readers follow the published format, and the samples in the tests were written for
 * them.
 */
package dev.skein.compiler.frontend.report;
