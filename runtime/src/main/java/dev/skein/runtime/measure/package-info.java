/** What was predicted of a run on a board against what was measured of it, op by op. */
package dev.skein.runtime.measure;
