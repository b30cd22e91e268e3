package dev.skein.sim.trace;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** The table behind the timeline; its columns are in the package documentation. */
final class TableFile implements Closeable {
    private static final String HEADER = "step,core,unit,index,opcode,start,moved,end,bytes,macs,"
            + "busy,wait_memory,wait_peer,wait_token,token_from,wait_dispatch,wait_fetch\n";

    private final AtomicText out;
    private final StringBuilder row = new StringBuilder();
    private int step;

    TableFile(Path file) throws IOException {
        out = new AtomicText(file);
        out.write(HEADER);
    }

    void instruction(InstructionSpan s) {
        InstructionSpan.Charge c = s.cycles();
        row.setLength(0);
        row.append(step).append(',').append(s.core()).append(',').append(s.unit()).append(',')
                .append(s.index()).append(',').append(s.opcode().mnemonic());
        for (long n : new long[] {s.start(), s.moved(), s.end(), s.bytes(), s.macs(), c.busy(),
            c.memory(), c.peer(), c.token()}) {
            row.append(',').append(n);
        }
        row.append(',').append(c.token() > 0 ? c.tokenFrom().name() : "").append(',')
                .append(c.dispatch()).append(',').append(c.fetch()).append('\n');
        out.write(row);
    }

    void endStep() {
        step++;
    }

    void commit() throws IOException {
        out.commit();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
