package io.featherwire.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.featherwire.trainer.TorchEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MuonTest {
    @ParameterizedTest
    @CsvSource({"16, 27", "27, 16", "32, 288"})
    void shouldBringEverySingularValueNearOne(int rows, int columns) {
        try (NDManager manager = TorchEngine.createManager(3)) {
            // Given: a matrix in which some rows are a hundred times smaller than others
            NDArray matrix = manager.randomNormal(0, 1, new Shape(rows, columns), DataType.FLOAT32);
            NDArray scale = manager.arange(rows)
                    .toType(DataType.FLOAT32, true)
                    .mod(2)
                    .mul(99)
                    .add(1);
            // When
            NDArray near = Muon.orthogonalise(matrix.div(scale.reshape(rows, 1)));
            // Then: the rows or columns, whichever are fewer, are nearly orthonormal
            NDArray x = rows > columns ? near.transpose() : near;
            NDArray gram = x.matMul(x.transpose());
            NDArray identity = manager.eye(Math.min(rows, columns));
            for (float square : gram.mul(identity).sum(new int[] {1}).toFloatArray()) {
                assertThat(square).isBetween(0.4f, 1.6f);
            }
            assertThat(gram.sub(gram.mul(identity)).abs().max().getFloat()).isLessThan(0.5f);
        }
    }
}
