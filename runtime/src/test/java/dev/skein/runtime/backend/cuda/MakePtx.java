package dev.skein.runtime.backend.cuda;

import dev.skein.runtime.device.DeviceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the PTX that Skein ships, with {@code nvcc}, which has to be on the path: {@link #COMMAND}.
 */
final class MakePtx {
    /** What to run after a change of kernels. */
    static final String COMMAND = "mvn -q -pl runtime -am -Pptx -Djacoco.skip=true"
            + " process-test-classes";

    private MakePtx() {
    }

    /** @param args the folder of the resources */
    public static void main(String[] args) throws IOException {
        for (Map.Entry<String, byte[]> file : files().entrySet()) {
            Files.write(Files.createDirectories(Path.of(args[0])).resolve(file.getKey()),
                    file.getValue());
        }
    }

    /** The files by name; the same for the same sources and compiler. */
    static Map<String, byte[]> files() throws IOException {
        var files = new TreeMap<String, byte[]>();
        var index = new TreeMap<String, String>();
        for (ShippedPtx ptx : ShippedPtx.values()) {
            String text = CudaCompiler.byNvcc(ptx.source(), ptx.precision()).orElseThrow(() ->
                    new DeviceException("nvcc is not on the path: it makes PTX"));
            // comments hold the build of the compiler
            files.put(ptx.file(), zipped(text.lines().filter(l -> !l.startsWith("//"))
                    .collect(Collectors.joining("\n", "", "\n"))));
            index.put(ptx.key(), ShippedPtx.hash(ptx.source(), ptx.precision()));
        }
        files.put(ShippedPtx.INDEX, index.entrySet().stream()
                .map(e -> e.getKey() + " = " + e.getValue() + "\n").collect(Collectors.joining(
                        "", "# Made by: " + COMMAND + "\n", ""))
                .getBytes(StandardCharsets.US_ASCII));
        return files;
    }

    private static byte[] zipped(String text) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out) {
            {
                def.setLevel(9);
            }
        }) {
            zip.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }
}
