/**
 * From a model file to an executable: importers, intermediate representation, compression,
 * placement, tiling, scheduling and the artifact.
 */
package dev.skein.compiler;
