package dev.skein.hls.board.resource;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.MatrixEngine.Shape;
import dev.skein.hls.board.VectorKind;
import dev.skein.hls.isa.Memory;

/**
 * The dimensions of one core that decide its size.
 *
 * @param mm multiply-accumulates a cycle in MM mode
 * @param mv multiply-accumulates a cycle in MV mode
 * @param lanes of the SFU
 * @param activationPasses sweeps of an activation function: a lane has 1 / this exponentials
 * @param actBytes activation buffer
 * @param wgtBytes weight buffer
 * @param parBytes parameter buffer
 * @param channels memory channels the core streams weights and its KV cache from
 * @param paramChannels memory channels of its own for parameters
 * @param fetchBytes on-chip memory for instructions: blocks on their way and loops
 */
record CoreShape(Shape mm, Shape mv, int lanes, int activationPasses, int actBytes, int wgtBytes,
        int parBytes, int channels, int paramChannels, int fetchBytes) {

    /** The shape of a core of a board. */
    static CoreShape of(Board board, int core) {
        return new CoreShape(board.mpe().mm(), board.mpe().mv(), board.sfu().lanes(),
                board.sfu().costs().get(VectorKind.ACTIVATION).passes(),
                board.buffers().actBytes(), board.buffers().wgtBytes(), board.buffers().parBytes(),
                board.memory(Memory.HBM, core).channels(),
                board.memory(Memory.PARAM, core).channels(),
                board.fetch().bufferBytes() + board.fetch().loopBufferBytes());
    }
}
