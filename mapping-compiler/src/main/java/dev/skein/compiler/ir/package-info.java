/**
 * What a model computes: an immutable graph of tensor operations, its typing rules, its text form
 * and the interpreter that says what it means. Passes lower it stage by stage; the verifier runs
 * after each.
 *
 * <p>Depends on {@code hls.isa} for the names of functions and on {@code compress} for weight
 * formats; on nothing that reads files.
 */
package dev.skein.compiler.ir;
