/**
 * Programs to try devices with: seeded, valid by construction, and using every instruction. Two
 * implementations of the instruction set that agree on many of them agree.
 */
package dev.skein.hls.isa.sample;
