package dev.skein.runtime.vitis;

import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.artifact.Stripes;
import dev.skein.compiler.fpga.FpgaException;
import dev.skein.compiler.fpga.Phase;
import dev.skein.hls.board.Banks;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Space;
import dev.skein.hls.vitis.ComputeUnit;
import dev.skein.hls.vitis.Connectivity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * What an artifact puts into each memory bank of a card.
 *
 * @param rows by region, then by bank
 */
public record ArtifactLayout(List<Row> rows) {

    /** Copies the list. */
    public ArtifactLayout {
        rows = List.copyOf(rows);
    }

    /**
     * The part of a region that lies in a bank.
     *
     * @param region its name
     * @param kind what it holds
     * @param port that reaches it, with its compute unit unless all of them have it
     * @param bank as the platform calls it
     * @param offset first byte in the bank's share of the memory
     * @param bytes size
     */
    public record Row(String region, Region.Kind kind, String port, Banks bank, long offset,
            long bytes) {}

    /**
     * Checks an artifact against a board's wiring.
     *
     * @param file for messages
     * @throws FpgaException in one line, if it does not fit
     */
    public static ArtifactLayout of(String file, Executable executable, Board board,
            Connectivity wiring) {
        Program program = executable.program(Phase.DECODE).program();
        if (executable.cards() > 1) {
            throw new FpgaException(file + ": board: compiled for " + executable.board()
                    + "; this is for the artifact of one card: compile it with --target "
                    + executable.cardBoard());
        }
        if (program.cores() != board.cores()) {
            throw new FpgaException(file + ": cores: compiled for " + program.cores() + ", board "
                    + board.name() + " has " + board.cores() + "; compile it for this board");
        }
        for (Memory memory : Memory.values()) {
            Stripes own = executable.stripes().get(memory);
            Stripes built = Stripes.of(board).get(memory);
            if (!built.equals(own)) {
                throw new FpgaException(file + ": " + memory + ": compiled for channels "
                        + own.channels() + " in stripes of " + own.stripeBytes()
                        + " bytes, board " + board.name() + " has " + built.channels()
                        + " in stripes of " + built.stripeBytes()
                        + "; compile it for this board");
            }
        }
        for (Space space : Space.values()) {
            if (program.buffers().bytes(space) > board.buffers().bytes(space)) {
                throw new FpgaException(file + ": buffer " + space + ": compiled for "
                        + program.buffers().bytes(space) + " bytes, board " + board.name()
                        + " has " + board.buffers().bytes(space)
                        + "; compile it for this board");
            }
        }
        var rows = new ArrayList<Row>();
        for (Region region : program.regions()) {
            addRows(file, region, board, wiring, rows);
        }
        return new ArtifactLayout(rows);
    }

    private static void addRows(String file, Region region, Board board, Connectivity wiring,
            List<Row> rows) {
        boolean shared = region.core() == Region.SHARED;
        OffChipMemory memory = board.memory(region.memory(), shared ? 0 : region.core());
        if (region.offset() + region.bytes() > memory.capacityBytes()) {
            throw new FpgaException(file + ": region " + region.name() + ": ends at byte "
                    + (region.offset() + region.bytes()) + ", " + region.memory() + " of board "
                    + board.name() + " has " + memory.capacityBytes());
        }
        if (region.bytes() == 0) {
            return;
        }
        // Ports of shared memory are the same for all cores: the first stands for them.
        ComputeUnit unit = wiring.units().get(shared ? 0 : region.core());
        String prefix = region.memory().name().toLowerCase(Locale.ROOT);
        List<ComputeUnit.Port> ports = unit.ports().stream()
                .filter(p -> p.name().startsWith(prefix)).toList();
        for (int c = 0; c < memory.channels(); c++) {
            long from = below(memory, c, region.offset());
            long to = below(memory, c, region.offset() + region.bytes());
            if (to > from) {
                rows.add(new Row(region.name(), region.kind(),
                        (shared ? "" : unit.name() + ".") + ports.get(c).name(),
                        ports.get(c).banks(), from, to - from));
            }
        }
    }

    /** Bytes that a channel of the group holds of those below an address. */
    static long below(OffChipMemory memory, int channel, long address) {
        long round = (long) memory.stripeBytes() * memory.channels();
        long rest = address % round - (long) channel * memory.stripeBytes();
        return address / round * memory.stripeBytes()
                + Math.clamp(rest, 0, memory.stripeBytes());
    }

    /** As a table with a heading. */
    public String csv() {
        var out = new StringJoiner("\n", "", "\n");
        out.add("region,kind,port,bank,offset,bytes");
        for (Row r : rows) {
            out.add(r.region() + "," + r.kind() + "," + r.port() + "," + r.bank() + ","
                    + r.offset() + "," + r.bytes());
        }
        return out.toString();
    }
}
