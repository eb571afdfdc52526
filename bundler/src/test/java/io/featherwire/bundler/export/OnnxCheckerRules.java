package io.featherwire.bundler.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The rules of ONNX's own checker that concern our graphs. */
final class OnnxCheckerRules {

    private OnnxCheckerRules() {}

    static void check(OnnxGraph onnx) {
        ModelProto model = onnx.model();
        assertThat(model.getIrVersion()).isEqualTo(GraphBuilder.IR_VERSION);
        assertThat(model.getOpsetImportList()).hasSize(1);
        assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(GraphBuilder.OPSET);
        GraphProto graph = model.getGraph();
        assertThat(graph.getName()).isNotEmpty();
        Set<String> known = new HashSet<>();
        Stream.concat(
                        graph.getInputList().stream().map(ValueInfoProto::getName),
                        graph.getInitializerList().stream().map(TensorProto::getName))
                .forEach(name ->
                        assertThat(known.add(name)).as("%s is named once", name).isTrue());
        graph.getInitializerList().forEach(OnnxCheckerRules::checkTensor);
        Set<String> used = new HashSet<>();
        Set<String> nodeNames = new HashSet<>();
        for (NodeProto node : graph.getNodeList()) {
            assertThat(nodeNames.add(node.getName())).as(node.getName()).isTrue();
            assertThat(known).as("inputs of %s come before it", node.getName()).containsAll(node.getInputList());
            used.addAll(node.getInputList());
            for (String output : node.getOutputList()) {
                assertThat(known.add(output)).as("%s is named once", output).isTrue();
            }
        }
        List<String> outputs =
                graph.getOutputList().stream().map(ValueInfoProto::getName).toList();
        assertThat(known).containsAll(outputs);
        used.addAll(outputs);
        assertThat(used).as("every value is used").containsAll(known);
        Stream.concat(graph.getInputList().stream(), graph.getOutputList().stream())
                .forEach(OnnxCheckerRules::checkValue);
    }

    private static void checkTensor(TensorProto tensor) {
        long count = tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
        int bytes = TensorProto.DataType.forNumber(tensor.getDataType()) == TensorProto.DataType.FLOAT
                        || tensor.getDataType() == TensorProto.DataType.INT32.getNumber()
                ? 4
                : tensor.getDataType() == TensorProto.DataType.FLOAT16.getNumber() ? 2 : 1;
        assertThat((long) tensor.getRawData().size()).as(tensor.getName()).isEqualTo(count * bytes);
    }

    private static void checkValue(ValueInfoProto value) {
        var tensor = value.getType().getTensorType();
        assertThat(tensor.getElemType()).isEqualTo(TensorProto.DataType.FLOAT.getNumber());
        assertThat(tensor.getShape().getDim(0).getDimParam()).isEqualTo(GraphBuilder.BATCH);
        assertThat(tensor.getShape().getDimList().stream().skip(1).allMatch(dim -> dim.getDimValue() > 0))
                .isTrue();
    }
}
