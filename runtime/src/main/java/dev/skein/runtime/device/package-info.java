/** What every back end offers: steps of a model, and what they cost. */
package dev.skein.runtime.device;
