package dev.skein.hls.vitis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * A build folder and, first on the path, programs with the names of the vendor's tools that write
 * down how they are called and make the file that is asked for.
 *
 * @param folder the build folder
 * @param tools the folder with the programs
 */
record Fakes(Path folder, Path tools) {
    /** One line a call; then the file after -o, or a file in the folder after --od. */
    private static final String SCRIPT = """
            #!/bin/sh
            printf '%s' "$(basename "$0")" >>"$FAKE_LOG"
            for word in "$@"; do printf ' %s' "$word" >>"$FAKE_LOG"; done
            printf '\\n' >>"$FAKE_LOG"
            while [ $# -gt 0 ]; do
              case $1 in
                -o) : >"$2" ;;
                --od) : >"$2/emconfig.json" ;;
              esac
              shift
            done
            """;

    static Fakes of(BuildFolder build, Path temporary) throws IOException {
        Path folder = temporary.resolve("build");
        build.write(folder);
        Path tools = Files.createDirectory(temporary.resolve("tools"));
        for (String tool : List.of("v++", "vivado", "vitis_hls", "emconfigutil",
                "xclbinutil")) {
            Files.writeString(tools.resolve(tool), SCRIPT);
            Files.setPosixFilePermissions(tools.resolve(tool),
                    PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return new Fakes(folder, tools);
    }

    /** What a run of make did. */
    record Run(int exitCode, String out, List<String> calls) {}

    Run make(String... words) throws IOException, InterruptedException {
        Path log = tools.resolve("log");
        Files.deleteIfExists(log);
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(Stream.of("make", "--no-print-directory"), Stream.of(words)).toList())
                .directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("PATH", tools + ":" + System.getenv("PATH"));
        builder.environment().put("FAKE_LOG", log.toString());
        builder.environment().keySet().removeIf(k -> k.startsWith("MAKE") || k.equals("PLATFORM"));
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        return new Run(code, out, Files.exists(log) ? Files.readAllLines(log) : List.of());
    }

    static boolean installed(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(f -> Files.isExecutable(Path.of(f, tool)));
    }
}
