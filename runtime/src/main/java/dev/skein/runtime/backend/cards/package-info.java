/**
 * One model over several cards: a step is a sequence of segments, which all cards run at once, and
 * between which the host passes on what one has computed and all need.
 */
package dev.skein.runtime.backend.cards;
