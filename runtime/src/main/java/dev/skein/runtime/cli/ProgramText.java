package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.hls.isa.Disassembler;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;

/** Shows the parts of a program. */
record ProgramText(Console console) {

    void disassembly(Program program) {
        for (int core = 0; core < program.cores(); core++) {
            console.text("; " + program.name() + ", core " + core + System.lineSeparator());
            console.text(Disassembler.disassemble(program.streams().get(core)));
        }
    }

    void layout(Program program, ObjectNode json) {
        var regions = json.putArray("regions");
        console.result("%-10s %-6s %-5s %-4s %16s %16s", "region", "memory", "core", "base",
                "offset", "bytes");
        for (Region r : program.regions()) {
            String core = r.core() == Region.SHARED ? "all" : String.valueOf(r.core());
            console.result("%-10s %-6s %-5s B%-3d %,16d %,16d", r.name(), r.memory(), core,
                    r.base(), r.offset(), r.bytes());
            ObjectNode entry = regions.addObject();
            entry.put("name", r.name());
            entry.put("memory", r.memory().toString());
            entry.put("core", r.core());
            entry.put("base", r.base());
            entry.put("offset", r.offset());
            entry.put("bytes", r.bytes());
        }
    }
}
