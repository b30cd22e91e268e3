/**
 * Models made of a seed instead of a file: shapes and weights for tests, benchmarks and runs that
 * need work of a real size but no meaning.
 */
package dev.skein.compiler.frontend.sample;
