/**
 * The FPGA back end: from a quantised graph to the two programs (decode and prefill) and the memory
 * layout of a board.
 *
 * <p>The way: {@link dev.skein.compiler.fpga.Placement} splits columns and heads over the cores and
 * makes every exchange explicit; {@link dev.skein.compiler.fpga.MemoryPlanner} cuts the weights
 * into tiles and gives every tile, cache and table its place; {@link
 * dev.skein.compiler.fpga.Selector} emits instructions op by op, with {@link
 * dev.skein.compiler.fpga.ActivationPlan} as its register allocation; tokens are inserted last,
 * from what the instructions touch. {@link dev.skein.compiler.fpga.ImageBuilder} fills the memory
 * images, and is not needed where only time is asked for.
 */
package dev.skein.compiler.fpga;
