package io.featherwire.bundler.model;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.platform.Fp16Conversions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the tensors of a model's file as floats, from any supported element type and from internal or external data.
 */
final class TensorReader {

    private static final long MAX_VALUES = 1L << 29;

    private final Path directory;

    /** @param directory the directory of external data */
    TensorReader(Path directory) {
        this.directory = directory;
    }

    Constant read(TensorProto tensor) throws NetworkImportException {
        List<Integer> sides = new ArrayList<>();
        double count = 1;
        for (long side : tensor.getDimsList()) {
            count *= side;
            if (side < 1 || count > MAX_VALUES) {
                throw new NetworkImportException("initialiser '" + tensor.getName() + "' has the shape "
                        + tensor.getDimsList() + ", too large or empty");
            }
            sides.add((int) side);
        }
        float[] values = readValues(tensor, (int) count);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new NetworkImportException("initialiser '" + tensor.getName() + "' holds " + value);
            }
        }
        return new Constant(List.copyOf(sides), values);
    }

    private float[] readValues(TensorProto tensor, int count) throws NetworkImportException {
        TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
        boolean external = tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
        if (external || tensor.hasRawData()) {
            return fromBytes(tensor, type, count, external);
        } else if (type == TensorProto.DataType.FLOAT && tensor.getFloatDataCount() == count) {
            return floats(count, tensor::getFloatData);
        } else if (type == TensorProto.DataType.DOUBLE && tensor.getDoubleDataCount() == count) {
            return floats(count, i -> (float) tensor.getDoubleData(i));
        } else if (type == TensorProto.DataType.FLOAT16 && tensor.getInt32DataCount() == count) {
            return floats(count, i -> Fp16Conversions.fp16ToFloat((short) tensor.getInt32Data(i)));
        } else if (type == TensorProto.DataType.INT8 && tensor.getInt32DataCount() == count) {
            return floats(count, tensor::getInt32Data);
        }
        throw new NetworkImportException("the values of initialiser '" + tensor.getName() + "' do not match its type "
                + type + " and shape " + tensor.getDimsList());
    }

    private float[] fromBytes(TensorProto tensor, TensorProto.DataType type, int count, boolean external)
            throws NetworkImportException {
        int width =
                switch (type) {
                    case DOUBLE -> 8;
                    case FLOAT -> 4;
                    case FLOAT16, BFLOAT16 -> 2;
                    case INT8 -> 1;
                    default ->
                        throw new NetworkImportException("initialiser '" + tensor.getName() + "' is of type " + type
                                + ", must be FLOAT, FLOAT16, BFLOAT16, DOUBLE or INT8");
                };
        ByteBuffer bytes =
                external ? mapExternalData(tensor) : tensor.getRawData().asReadOnlyByteBuffer();
        if (bytes.remaining() != (long) count * width) {
            throw new NetworkImportException("initialiser '" + tensor.getName() + "' of type " + type + " and shape "
                    + tensor.getDimsList() + " has " + bytes.remaining() + " bytes");
        }
        ByteBuffer little = bytes.order(ByteOrder.LITTLE_ENDIAN);
        return switch (type) {
            case DOUBLE -> floats(count, i -> (float) little.getDouble(8 * i));
            case FLOAT -> floats(count, i -> little.getFloat(4 * i));
            case FLOAT16 -> floats(count, i -> Fp16Conversions.fp16ToFloat(little.getShort(2 * i)));
            case BFLOAT16 -> floats(count, i -> Float.intBitsToFloat(little.getShort(2 * i) << 16));
            default -> floats(count, little::get);
        };
    }

    private ByteBuffer mapExternalData(TensorProto tensor) throws NetworkImportException {
        Map<String, String> entries = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            entries.put(entry.getKey(), entry.getValue());
        }
        String location = entries.getOrDefault("location", "");
        Path file = directory.resolve(location).normalize();
        if (location.isEmpty() || !file.startsWith(directory.normalize()) || !Files.isRegularFile(file)) {
            throw new NetworkImportException("initialiser '" + tensor.getName() + "' is in the file '" + location
                    + "', which is not beside the model");
        }
        try (FileChannel channel = FileChannel.open(file)) {
            long offset = Long.parseLong(entries.getOrDefault("offset", "0"));
            long length = Long.parseLong(entries.getOrDefault("length", Long.toString(channel.size() - offset)));
            if (offset < 0 || length < 0 || length > Integer.MAX_VALUE || offset > channel.size() - length) {
                throw new NetworkImportException("initialiser '" + tensor.getName() + "' is beyond the end of " + file);
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
        } catch (NumberFormatException e) {
            throw new NetworkImportException("initialiser '" + tensor.getName() + "' has a bad offset or length", e);
        } catch (NetworkImportException e) {
            throw e;
        } catch (IOException e) {
            throw new NetworkImportException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private interface ElementReader {
        float value(int index);
    }

    private static float[] floats(int count, ElementReader source) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = source.value(i);
        }
        return values;
    }
}
