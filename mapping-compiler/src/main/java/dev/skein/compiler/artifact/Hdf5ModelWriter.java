package dev.skein.compiler.artifact;

import dev.skein.compiler.frontend.FormatException;
import dev.skein.compiler.frontend.Hdf5Model;
import dev.skein.compiler.frontend.TensorInfo;
import dev.skein.compiler.frontend.TensorSource;
import dev.skein.hls.number.BlockFormat;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes a model in the layout of {@link Hdf5Model}: the tensors keep their format bit for bit, the
 * data lies on 64-byte boundaries, and the target holds its old or all of its new content at any
 * time. Weights are streamed, so memory does not grow with the model.
 */
public final class Hdf5ModelWriter {

    private Hdf5ModelWriter() {
    }

    /**
     * Writes or replaces a file.
     *
     * @param files what stands beside the weights, by name: {@code config.json} and so on, or
     *     {@code metadata.gguf}
     * @throws FormatException if the source has no data, no tensors, a tensor that is not a weight
     *     format, or a name that HDF5 cannot hold
     * @throws IOException if writing fails; the target is then untouched
     */
    public static void write(Path target, TensorSource source, Map<String, byte[]> files)
            throws IOException {
        write(target, source, files, (step, temporary) -> { });
    }

    /** As {@link #write(Path, TensorSource, Map)}, telling {@code observer} of each step. */
    public static void write(Path target, TensorSource source, Map<String, byte[]> files,
            AtomicFile.Observer observer) throws IOException {
        source.tensors().values().forEach(info -> check(source, info));
        files.keySet().forEach(name -> checkName(source, 0, name));
        if (source.tensors().isEmpty() || files.isEmpty() || !source.hasData()) {
            throw new FormatException(source.description(), FormatException.NO_OFFSET, "model",
                    "no weights or no configuration", "a model file has both",
                    "give a complete model");
        }
        AtomicFile.write(target, temporary -> writeTo(temporary, source, files), observer);
    }

    private static void writeTo(Path temporary, TensorSource source, Map<String, byte[]> files)
            throws IOException {
        try (WritableHdfFile out = HdfFile.write(temporary)) {
            // It would name this machine's system and make the bytes depend on it.
            out.removeAttribute("_jHDF");
            out.putAttribute(Hdf5Model.VERSION_ATTRIBUTE, Hdf5Model.VERSION);
            WritableGroup model = out.putGroup("model");
            files.forEach((name, bytes) ->
                    model.putDataset(name, Hdf5Streamed.ofBytes(bytes, name, model)));
            WritableGroup tensors = out.putGroup("tensors");
            for (TensorInfo info : source.tensors().values()) {
                tensors.putDataset(info.name(), Hdf5Streamed.ofTensor(source, info, tensors));
            }
        } catch (HdfException e) {
            throw new IOException("writing " + temporary + " failed: " + e.getMessage(), e);
        }
    }

    private static void check(TensorSource source, TensorInfo info) {
        checkName(source, info.offset(), info.name());
        boolean weight = info.format() == BlockFormat.F32
                || Hdf5Model.storedBytes(info.format()) > 0;
        if (!weight || info.format().kind() == BlockFormat.Kind.BLOCK && info.rank() == 0) {
            throw new FormatException(source.description(), info.offset(),
                    "tensor " + info.name(), info.format() + " values",
                    "weights are floating point or quantised blocks",
                    "convert this tensor to F32, F16 or BF16");
        }
    }

    private static void checkName(TensorSource source, long offset, String name) {
        if (name.isBlank() || name.contains("/") || name.equals(".") || name.contains("\0")) {
            throw new FormatException(source.description(), offset, "name", name,
                    "names in HDF5 are not blank, not \".\" and have no slash",
                    "rename it in the source file");
        }
    }
}
