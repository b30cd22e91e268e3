/** What was published or measured of other designs, beside what Skein computes for them. */
package dev.skein.runtime.validation;
