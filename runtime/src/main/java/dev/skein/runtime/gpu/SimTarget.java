package dev.skein.runtime.gpu;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.BoardException;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.CardSet;
import dev.skein.hls.board.gpu.Gpu;
import dev.skein.hls.board.gpu.Gpus;
import dev.skein.hls.board.resource.FitCheck;
import java.util.List;

/** What a model can be simulated on: a board, cycle by cycle, or a GPU, on a roofline. */
public sealed interface SimTarget {

    /** A board whose architecture fits its card. */
    record Fpga(Board board) implements SimTarget {}

    /** A GPU. */
    record Graphics(Gpu gpu) implements SimTarget {}

    /** The name of its file. */
    default String name() {
        return switch (this) {
            case Fpga(Board board) -> board.name();
            case Graphics(Gpu gpu) -> gpu.name();
        };
    }

    /**
     * A built-in board or GPU by name, or either by the path of its file: that of a GPU has keys
     * that begin with {@code gpu.}.
     *
     * @throws BoardException in one line, with all names if there is none like it
     */
    static SimTarget load(String nameOrPath) {
        CardSet.requireOne(nameOrPath);
        if (Gpus.names().contains(nameOrPath)) {
            return new Graphics(Gpus.load(nameOrPath));
        }
        boolean path = nameOrPath.contains("/") || nameOrPath.contains("\\")
                || nameOrPath.endsWith(".properties");
        if (!path && !Boards.names().contains(nameOrPath)) {
            throw new BoardException("target '" + nameOrPath + "': not found; boards: "
                    + String.join(", ", Boards.names()) + "; GPUs: "
                    + String.join(", ", Gpus.names()) + "; or give the path of a board or GPU"
                    + " file");
        }
        if (path && Boards.text(nameOrPath).lines().anyMatch(l -> l.startsWith("gpu."))) {
            return new Graphics(Gpus.load(nameOrPath));
        }
        return new Fpga(FitCheck.load(nameOrPath));
    }

    /** Several, in order. */
    static List<SimTarget> load(List<String> namesOrPaths) {
        return namesOrPaths.stream().map(SimTarget::load).toList();
    }
}
