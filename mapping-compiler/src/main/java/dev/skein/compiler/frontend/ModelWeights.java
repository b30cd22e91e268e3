package dev.skein.compiler.frontend;

import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The weights of a model in a file under their canonical names, in the layout of {@link
 * ModelTensor}: slices cut, transposed matrices turned, decoded to binary32 and checked to be
 * finite. Also the table {@value GraphBuilder#ROPE}, which is computed. Nothing is kept: each call
 * reads the file.
 */
public final class ModelWeights implements Weights {
    /** Elements of a transposed matrix read at a time. */
    private static final int CHUNK = 1 << 16;

    private final ModelConfig config;
    private final TensorSource source;
    private final TensorNames names;
    private final Map<String, ModelTensor> tensors;

    /**
     * @param source stays open as long as this is used
     * @param names where the tensors lie in it
     * @throws FormatException if the file lacks a tensor or one has another shape
     */
    public ModelWeights(ModelConfig config, TensorSource source, TensorNames names) {
        names.validate(source.description(), source.tensors());
        this.config = config;
        this.source = source;
        this.names = names;
        tensors = names.tensors().stream().collect(Collectors.toMap(ModelTensor::name, t -> t));
    }

    /**
     * All elements of a tensor, row-major.
     *
     * @throws FormatException if one is not finite or the tensor has 2^31 elements or more
     */
    @Override
    public float[] get(String canonicalName) {
        if (canonicalName.equals(GraphBuilder.ROPE)) {
            return ropeRows(0, config.maxPositions());
        }
        ModelTensor tensor = tensor(canonicalName);
        if (tensor.elements() > Integer.MAX_VALUE - 8) {
            throw new FormatException(source.description(), FormatException.NO_OFFSET,
                    "tensor " + canonicalName, tensor.elements() + " elements",
                    "at most 2147483639 are held in memory", "use a smaller model");
        }
        float[] values = new float[(int) tensor.elements()];
        read(tensor, 0, tensor.shape().getFirst(), values);
        return values;
    }

    @Override
    public void readRows(WeightRef ref, int firstRow, int rows, float[] dst) {
        if (ref.name().equals(GraphBuilder.ROPE)) {
            float[] table = ropeRows(firstRow, rows);
            System.arraycopy(table, 0, dst, 0, table.length);
            return;
        }
        ModelTensor tensor = tensor(ref.name());
        if (tensor.shape().size() == 1) {
            read(tensor, 0, tensor.shape().getFirst(), dst);
        } else {
            read(tensor, firstRow, rows, dst);
        }
    }

    /** As stored where the file holds it in this format; else compressed here. */
    @Override
    public QuantisedMatrix quantised(WeightRef ref, WeightFormat format, int firstRow, int rows) {
        return source instanceof CompressedTensors compressed && compressed.has(ref.name(), format)
                ? compressed.rows(ref.name(), firstRow, rows)
                : Weights.super.quantised(ref, format, firstRow, rows);
    }

    private ModelTensor tensor(String canonicalName) {
        ModelTensor tensor = tensors.get(canonicalName);
        if (tensor == null) {
            throw new IllegalArgumentException("model " + config.name() + " has no weight "
                    + canonicalName);
        }
        return tensor;
    }

    private float[] ropeRows(int first, int count) {
        return switch (config.positions()) {
            case Positions.Rope rope -> RopeTable.rows(rope, first, count);
            case Positions.Learned _ -> throw new IllegalArgumentException("model "
                    + config.name() + " has learned positions and no weight " + GraphBuilder.ROPE);
        };
    }

    /** Reads rows of a matrix, or elements of a vector as rows of one. */
    private void read(ModelTensor tensor, int firstRow, int rows, float[] dst) {
        WeightView view = names.view(tensor.name());
        int cols = tensor.shape().size() == 1 ? 1 : tensor.shape().getLast();
        int start = view.rowStart() + firstRow;
        int count = Math.multiplyExact(rows, cols);
        if (view.transpose()) {
            readTransposed(view.fileName(), start, rows, cols, dst);
        } else {
            source.readFloats(view.fileName(), (long) start * cols, dst, 0, count);
        }
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(dst[i])) {
                throw new FormatException(source.description(),
                        source.tensor(view.fileName()).offset(), "tensor " + view.fileName(),
                        dst[i] + " in row " + (start + i / cols), "weights are finite numbers",
                        "fetch or convert the file again");
            }
        }
    }

    /** Rows of the transpose of a file's matrix {@code [cols, all rows]}. */
    private void readTransposed(String fileName, int start, int rows, int cols, float[] dst) {
        long width = source.tensor(fileName).shape()[1];
        float[] chunk = new float[Math.min(rows, CHUNK)];
        for (int col = 0; col < cols; col++) {
            for (int done = 0; done < rows; done += chunk.length) {
                int now = Math.min(chunk.length, rows - done);
                source.readFloats(fileName, col * width + start + done, chunk, 0, now);
                for (int i = 0; i < now; i++) {
                    dst[(done + i) * cols + col] = chunk[i];
                }
            }
        }
    }
}
