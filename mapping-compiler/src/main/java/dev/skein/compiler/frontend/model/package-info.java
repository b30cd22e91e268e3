/**
 * A whole model out of foreign files: whichever container it is in, one configuration, one
 * tokenizer and one set of weights. Above the readers, which know nothing of each other.
 */
package dev.skein.compiler.frontend.model;
