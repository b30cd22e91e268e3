package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.Fetch;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.Program;

/**
 * Where the stream of each core lies and how it is cut into blocks: behind the middle of the
 * memory that the board fetches from, behind each other where cores share it.
 *
 * @param address of the core's stream
 * @param instructions of the stream
 * @param block instructions of a block
 * @param depth blocks of the buffer
 * @param history instructions of the loop buffer
 */
record Streams(long address, int instructions, int block, int depth, int history) {

    static Streams of(Program program, Board board, int core) {
        Fetch fetch = board.fetch();
        long address = switch (fetch.source()) {
            case CHIP, HBM -> 0;
            case PARAM -> middle(board.memory(Memory.PARAM, core), fetch.blockBytes());
            case DDR -> {
                long a = middle(board.memory(Memory.DDR, core), fetch.blockBytes());
                for (int c = 0; c < core; c++) {
                    long bytes = (long) program.streams().get(c).size() * Opcode.WORD_BYTES;
                    a += Math.ceilDiv(bytes, fetch.blockBytes()) * fetch.blockBytes();
                }
                yield a;
            }
        };
        return new Streams(address, program.streams().get(core).size(),
                fetch.blockBytes() / Opcode.WORD_BYTES,
                fetch.bufferBytes() / fetch.blockBytes(),
                fetch.loopBufferBytes() / Opcode.WORD_BYTES);
    }

    private static long middle(OffChipMemory memory, int blockBytes) {
        return memory.capacityBytes() / 2 / blockBytes * blockBytes;
    }

    int blocks() {
        return Math.ceilDiv(instructions, block);
    }

    /** First byte of a block. */
    long from(int b) {
        return address + (long) b * block * Opcode.WORD_BYTES;
    }

    /** Bytes of a block; the last may be short. */
    long bytes(int b) {
        return (long) Math.min(block, instructions - b * block) * Opcode.WORD_BYTES;
    }

    /** Whether an instruction is the last of its block. */
    boolean endsBlock(int index) {
        return (index + 1) % block == 0 || index + 1 == instructions;
    }
}
