/** The reference: the IR interpreter in binary32, slow and plain. */
package dev.skein.runtime.backend.reference;
