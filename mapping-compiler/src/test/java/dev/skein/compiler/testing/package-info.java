/** What several tests share: test data outside the repository, weights in memory. */
package dev.skein.compiler.testing;
