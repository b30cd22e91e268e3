/**
 * The hardware contract: what the accelerator is. Its instruction table, number formats and
 * boards live in the sub-packages; nothing here depends on any other part of Skein.
 */
package dev.skein.hls;
