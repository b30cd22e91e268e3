package dev.skein.runtime.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.IntConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of every verb that say how to print, and the printing: results on stdout alone. */
public final class Console {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Option(names = "--json", description = "Print one JSON object on stdout and nothing else.")
    private boolean json;

    @Option(names = {"-q", "--quiet"}, description = "Print results only.")
    private boolean quiet;

    @Option(names = {"-v", "--verbose"},
            description = "Say more on stderr; print stack traces of errors.")
    private boolean verbose;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Created by picocli. */
    public Console() {}

    boolean json() {
        return json;
    }

    boolean verbose() {
        return verbose;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Prints a result, unless a JSON object will be the result. */
    void result(String format, Object... args) {
        if (!json) {
            out().printf(Locale.ROOT, format + "%n", args);
            out().flush();
        }
    }

    /** Prints a part of a text at once. */
    void text(String part) {
        if (!json) {
            out().print(part);
            out().flush();
        }
    }

    /** Prints the JSON object, if that was asked for. */
    void object(ObjectNode node) {
        if (json) {
            try {
                out().println(JSON.writeValueAsString(node));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
            out().flush();
        }
    }

    static ObjectNode newObject() {
        return JSON.createObjectNode();
    }

    /** Says something about the work, on stderr. */
    void note(String format, Object... args) {
        if (!quiet && !json) {
            err().printf(Locale.ROOT, format + "%n", args);
            err().flush();
        }
    }

    /** Says something only with -v. */
    void detail(String format, Object... args) {
        if (verbose) {
            note(format, args);
        }
    }

    /** A progress bar on a terminal; elsewhere nothing. */
    Progress progress(String task, long total) {
        if (quiet || json || System.console() == null || !System.console().isTerminal()) {
            return new Progress(null);
        }
        return new Progress(new ProgressBarBuilder().setTaskName(task).setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(200).build());
    }

    /** Progress of a task; may be told from several threads. */
    record Progress(ProgressBar bar) implements AutoCloseable, IntConsumer {
        @Override
        public void accept(int amount) {
            if (bar != null) {
                bar.stepBy(amount);
            }
        }

        /** Sets how far it is. */
        void to(long amount) {
            if (bar != null) {
                bar.stepTo(amount);
            }
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }
}
