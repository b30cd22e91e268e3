/**
 * Random inputs of the numeric references, a seed each, for tests here and in other modules:
 * whatever implements a reference is compared with it on these.
 */
package dev.skein.hls.number.sample;
