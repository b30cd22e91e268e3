package dev.skein.runtime.backend.xrt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.compiler.fpga.FpgaException;
import dev.skein.compiler.frontend.xclbin.Xclbin;
import dev.skein.hls.board.Board;
import dev.skein.hls.vitis.ComputeUnit;
import dev.skein.hls.vitis.Connectivity;
import dev.skein.hls.vitis.DesignMark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A bitstream that has been compared with a board's wiring: compute units, arguments, banks,
 * instruction set and shell are those that programs for the board need.
 *
 * @param file of the container, for messages
 * @param xclbin what it says
 * @param cores by number
 * @param remarks what is unlike and no obstacle, a sentence each
 */
public record Design(String file, Xclbin xclbin, List<CoreDesign> cores, List<String> remarks) {
    /** The argument that tells a compute unit which core it is. */
    static final String CORE_NUMBER = "core_number";

    /**
     * The compute unit of a core.
     *
     * @param kernel name of its kernel
     * @param unit name of it
     * @param arguments index by name
     * @param banks bytes of the bank behind an argument, by name
     */
    public record CoreDesign(String kernel, String unit, Map<String, Integer> arguments,
            Map<String, Long> banks) {
        /** Copies the maps. */
        public CoreDesign {
            arguments = Map.copyOf(arguments);
            banks = Map.copyOf(banks);
        }

        int argument(String name) {
            return arguments.get(name);
        }
    }

    /** Copies the lists. */
    public Design {
        cores = List.copyOf(cores);
        remarks = List.copyOf(remarks);
    }

    /**
     * Compares.
     *
     * @param file for messages
     * @param shell the shell that is on the card, if it is known
     * @throws FpgaException in one line, if the bitstream is for something else
     */
    public static Design of(String file, Xclbin xclbin, Board board, Connectivity wiring,
            Optional<String> shell) {
        var remarks = new ArrayList<String>();
        requireShell(file, xclbin, wiring, shell);
        requireMark(file, xclbin, board, remarks);
        clock(xclbin, board, remarks);
        var cores = new ArrayList<CoreDesign>();
        for (ComputeUnit unit : wiring.units()) {
            cores.add(core(file, xclbin, unit));
        }
        return new Design(file, xclbin, cores, remarks);
    }

    private static FpgaException bad(String file, String field, Object found, Object needed,
            String remedy) {
        return new FpgaException(file + ": " + field + ": found " + found + ", needed is " + needed
                + "; " + remedy);
    }

    /** Refuses a bitstream that was linked for another shell than the one that is there. */
    void requireShell(Board board, Optional<String> shell) {
        requireShell(file, xclbin, Connectivity.of(board), shell);
    }

    private static void requireShell(String file, Xclbin xclbin, Connectivity wiring,
            Optional<String> shell) {
        String linkedFor = plain(xclbin.header().platform());
        String needed = shell.or(wiring.platform()::name).map(Design::plain).orElse(linkedFor);
        // 'xbutil examine' names the base of a shell in two parts: ..._xdma_base_1.
        String base = needed.replaceFirst("_base(_\\d+)?$", "_");
        if (!linkedFor.equals(needed) && (base.equals(needed) || !linkedFor.startsWith(base))) {
            throw bad(file, "platform", xclbin.header().platform(), shell.or(
                    wiring.platform()::name).orElseThrow(), "link the design for the shell that is"
                    + " on the card ('make hw PLATFORM=...'), or name that shell with --board");
        }
    }

    /** A platform is written with colons, dots and underscores, as the tool likes. */
    private static String plain(String platform) {
        return platform.replaceAll("[:.-]", "_");
    }

    private static void requireMark(String file, Xclbin xclbin, Board board,
            List<String> remarks) {
        DesignMark needed = DesignMark.of(board);
        JsonNode mark = mark(xclbin);
        if (mark == null) {
            throw bad(file, "USER_METADATA", xclbin.userMetadata().isBlank() ? "none"
                    : "no mark of Skein's", "the mark of a design of Skein's", "build the bitstream"
                    + " with the make file of 'skein vitis', which adds it");
        }
        if (mark.path(DesignMark.KEY).asInt() != DesignMark.VERSION) {
            throw bad(file, "version of the mark", mark.path(DesignMark.KEY), DesignMark.VERSION,
                    "build the bitstream again with this version of Skein");
        }
        String isa = mark.path("isa").asText("none");
        if (!isa.equals(needed.isa())) {
            throw bad(file, "ISA version", isa, needed.isa(), "build the bitstream again with this"
                    + " version of Skein, or compile the model with the one it was built with");
        }
        String name = mark.path("board").asText("none");
        if (!name.equals(board.name())) {
            throw bad(file, "board", name, board.name(), "compile the model for the board that the"
                    + " bitstream was built for, or the other way round");
        }
        if (mark.path("clockHz").asLong() != needed.clockHz()) {
            remarks.add("built for a clock of " + mark.path("clockHz").asLong() / 1e6
                    + " MHz, the board file says " + board.clockMHz() + " MHz");
        }
    }

    private static JsonNode mark(Xclbin xclbin) {
        try {
            JsonNode json = new ObjectMapper().readTree(xclbin.userMetadata());
            return json != null && json.has(DesignMark.KEY) ? json : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static void clock(Xclbin xclbin, Board board, List<String> remarks) {
        Optional<Integer> clock = xclbin.kernelMHz();
        if (clock.isEmpty()) {
            remarks.add("the bitstream does not say its clock");
        } else if (clock.get() < Math.floor(board.clockMHz())) {
            remarks.add("the bitstream runs at " + clock.get() + " MHz, predictions are for "
                    + board.clockMHz() + " MHz");
        }
    }

    private static CoreDesign core(String file, Xclbin xclbin, ComputeUnit unit) {
        String kernel = unit.kernel().name();
        int index = xclbin.unitIndex(kernel, unit.name());
        Xclbin.Kernel found = xclbin.kernelOf(unit.name()).orElse(null);
        if (index < 0 || found == null) {
            throw bad(file, "compute unit of core " + unit.core(), xclbin.units().stream()
                    .map(Xclbin.Unit::name).toList(), kernel + ":" + unit.name(),
                    "build the bitstream with 'skein vitis' for this board");
        }
        var arguments = new HashMap<String, Integer>();
        var banks = new HashMap<String, Long>();
        for (ComputeUnit.Port port : unit.ports()) {
            int argument = argument(file, found, port.name());
            Xclbin.Memory memory = memory(file, xclbin, index, argument, unit, port);
            arguments.put(port.name(), argument);
            banks.put(port.name(), memory.bytes());
        }
        arguments.put(CORE_NUMBER, argument(file, found, CORE_NUMBER));
        return new CoreDesign(kernel, unit.name(), arguments, banks);
    }

    private static int argument(String file, Xclbin.Kernel kernel, String name) {
        return kernel.argument(name).map(Xclbin.Argument::index).orElseThrow(() ->
                bad(file, "kernel " + kernel.name(), "no argument " + name, "an argument " + name,
                        "build the bitstream with 'skein vitis' of this version"));
    }

    private static Xclbin.Memory memory(String file, Xclbin xclbin, int unit, int argument,
            ComputeUnit of, ComputeUnit.Port port) {
        List<Xclbin.Memory> found = xclbin.connections().stream()
                .filter(c -> c.unit() == unit && c.argument() == argument)
                .map(c -> xclbin.memories().get(c.memory())).toList();
        String needed = port.banks().toString();
        if (found.size() != 1 || !found.getFirst().tag().equals(needed)) {
            throw bad(file, of.name() + "." + port.name(), found.stream()
                    .map(Xclbin.Memory::tag).toList(), needed, "link the design with the link.cfg"
                    + " of 'skein vitis', which says where each port goes");
        }
        return found.getFirst();
    }
}
