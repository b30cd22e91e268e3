package dev.skein.sim.storage;

import dev.skein.hls.board.drive.Engine;
import java.util.ArrayList;
import java.util.List;

/** The units of the attention engine. */
final class Kernels {
    private final Engine engine;
    private final Server[][] gemv;
    private final Server[][] softmax;
    private final Server[] argtopk;
    private final int[] heads;

    Kernels(Engine engine) {
        this.engine = engine;
        this.heads = new int[engine.kernels()];
        this.gemv = new Server[engine.kernels()][];
        this.softmax = new Server[engine.kernels()][];
        for (int k = 0; k < engine.kernels(); k++) {
            gemv[k] = servers("kernel " + k + " gemv ", engine.gemv().unitsPerKernel());
            softmax[k] = servers("kernel " + k + " softmax ", engine.softmax().units());
        }
        this.argtopk = servers("argtopk ", engine.argtopk().units());
    }

    private static Server[] servers(String name, int count) {
        Server[] out = new Server[count];
        for (int i = 0; i < count; i++) {
            out[i] = new Server(name + i);
        }
        return out;
    }

    /** Takes a head to the kernel that has the fewest. */
    int enter() {
        int least = 0;
        for (int k = 1; k < heads.length; k++) {
            if (heads[k] < heads[least]) {
                least = k;
            }
        }
        heads[least]++;
        return least;
    }

    void leave(int kernel) {
        heads[kernel]--;
    }

    long multiply(int kernel, long arrival, long values, Marks marks, Account last) {
        return first(gemv[kernel]).serve(arrival, engine.gemv().picos(values), marks, last);
    }

    long softmax(int kernel, long arrival, int elements, Marks marks) {
        return first(softmax[kernel]).serve(arrival, engine.picos(engine.softmax(), elements),
                marks, Account.WAIT_KERNEL);
    }

    long select(long arrival, int elements, Marks marks, Account last) {
        return first(argtopk).serve(arrival, engine.picos(engine.argtopk(), elements), marks,
                last);
    }

    /** The one that can begin first. */
    private static Server first(Server[] servers) {
        Server best = servers[0];
        for (Server s : servers) {
            if (s.free() < best.free()) {
                best = s;
            }
        }
        return best;
    }

    List<Server> all() {
        var out = new ArrayList<Server>(List.of(argtopk));
        for (int k = 0; k < heads.length; k++) {
            out.addAll(List.of(gemv[k]));
            out.addAll(List.of(softmax[k]));
        }
        return out;
    }
}
