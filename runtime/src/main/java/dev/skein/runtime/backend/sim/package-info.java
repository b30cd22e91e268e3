/** The simulated FPGA: the encoded program on the functional or the cycle-level machine. */
package dev.skein.runtime.backend.sim;
