package io.featherwire.codec.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.codec.testing.TinyBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void shouldReadBackWhatWasWritten() throws Exception {
        // When
        Bundle written = TinyBundle.write(directory);
        Bundle loaded = Bundle.load(directory);

        // Then
        assertThat(loaded.fingerprint()).isEqualTo(written.fingerprint());
        assertThat(loaded.manifest()).isEqualTo(written.manifest());
        assertThat(loaded.manifest().files())
                .containsOnlyKeys("compressor.onnx", "decoder.onnx", "head.onnx", "entropy.bin");
        assertThat(loaded.manifest().codeShape()).isEqualTo(new TensorShape(3, 2, 2));
        assertThat(Files.list(directory)).hasSize(5);
    }

    @Test
    void shouldFingerprintTheCanonicalText() throws Exception {
        // Given the same content in another order, with other spacing and other spellings of the numbers
        JsonNode one =
                tree("{\"b\": [1.50, 2, 0.0, 1e3], \"a\": {\"z\": \"\\u00fc \\\" \\n\", \"y\": null, \"x\": true}}");
        JsonNode other = tree("{\"a\":{\"x\":true,\"y\":null,\"z\":\"ü \\\" \\u000a\"},\"b\":[15e-1,2.0,-0.0,1000]}");

        // When
        StringBuilder canonical = new StringBuilder();
        ManifestJson.appendCanonical(one, canonical);

        // Then
        assertThat(canonical.toString())
                .isEqualTo("{\"a\":{\"x\":true,\"y\":null,\"z\":\"ü \\\" \\u000a\"},\"b\":[1.5,2,0,1E+3]}");
        assertThat(ManifestJson.fingerprint(one)).isEqualTo(ManifestJson.fingerprint(other));
        // printf '{"a":{"x":true,"y":null,"z":"ü \\" \\u000a"},"b":[1.5,2,0,1E+3]}' | sha256sum
        assertThat(ManifestJson.fingerprint(one).hex()).isEqualTo("51e29430d3f085e7");
    }

    private static JsonNode tree(String json) throws IOException {
        return ManifestJson.parseTree(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldChangeItsFingerprintWithAnyChangeOfTheManifest() throws Exception {
        Fingerprint before = TinyBundle.write(directory).fingerprint();

        edit(json -> json.put("comment", "a key that this release does not know"));

        assertThat(Bundle.load(directory).fingerprint()).isNotEqualTo(before);
    }

    @Test
    void shouldTakePicturesAsStoredWhereTheManifestIsOlderThanOrientation() throws Exception {
        TinyBundle.write(directory);
        assertThat(Bundle.load(directory).manifest().input().upright()).isTrue();

        edit(json -> ((ObjectNode) json.get("input")).remove("orientation"));

        Bundle old = Bundle.load(directory);
        assertThat(old.manifest().input().upright()).isFalse();
        Fingerprint fingerprint = old.fingerprint();
        assertThat(BundleWriter.write(directory, old.manifest()).fingerprint()).isEqualTo(fingerprint);
        assertThat(Files.readString(directory.resolve("bundle.json"))).doesNotContain("orientation", "upright");
    }

    @Test
    void shouldRefuseAFileThatIsNotTheOneHashed() throws Exception {
        TinyBundle.write(directory);
        byte[] graph = Files.readAllBytes(directory.resolve("head.onnx"));
        graph[graph.length / 2] ^= 1;
        Files.write(directory.resolve("head.onnx"), graph);

        assertRefused(() -> Bundle.load(directory), "head.onnx", "SHA-256");
    }

    @Test
    void shouldRefuseAMissingFile() throws Exception {
        TinyBundle.write(directory);
        Files.delete(directory.resolve("decoder.onnx"));

        assertRefused(() -> Bundle.load(directory), "lacks the file", "decoder.onnx");
    }

    @Test
    void shouldRefuseADirectoryWithoutManifest() {
        assertRefused(() -> Bundle.load(directory), "no bundle at", "bundle.json");
        assertRefused(() -> Bundle.load(directory.resolve("nowhere")), "no bundle at");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "nothing", "{", "{} {}", "{\"formatVersion\":1,\"formatVersion\":1}", "null"})
    void shouldRefuseAManifestThatIsNotOneJsonObject(String text) throws Exception {
        Files.writeString(directory.resolve("bundle.json"), text);

        assertRefused(() -> Bundle.load(directory), "bundle.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "0", "\"1\"", "1.5", "null", "-1"})
    void shouldRefuseAnotherFormatVersion(String version) throws Exception {
        TinyBundle.write(directory);
        edit(json -> json.set("formatVersion", read(version)));

        assertRefused(() -> Bundle.load(directory), "format version");
    }

    @Test
    void shouldReadTheLastFormatVersion() throws Exception {
        TinyBundle.write(directory);
        edit(json -> json.put("formatVersion", 1));

        assertThat(Bundle.load(directory).manifest().formatVersion()).isEqualTo(1);
    }

    @Test
    void shouldReadRateDistortionOptimisationByEitherKey() throws Exception {
        TinyBundle.write(directory);
        edit(json -> json.putObject("search").put("bitsPerNat", 50));
        assertThat(Bundle.load(directory).manifest().search()).isEqualTo(new RdoqSettings(50));

        edit(json -> json.set("rdoq", json.remove("search")));
        assertThat(Bundle.load(directory).manifest().search()).isEqualTo(new RdoqSettings(50));
    }

    @Test
    void shouldRefuseWhatTheLastFormatVersionDoesNotHave() throws Exception {
        TinyBundle.write(directory);
        edit(json -> {
            json.put("formatVersion", 1);
            ((ObjectNode) json.get("quantisers")).put("lambda", 0.15);
        });

        assertRefused(() -> Bundle.load(directory), "format version 1", "lambda");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../head.onnx",
                "/etc/passwd",
                "a/b.onnx",
                "..",
                ".",
                "",
                "C:\\head.onnx",
                "..\\head.onnx",
                "head.onnx\u0000",
                ".hidden",
                "bundle.json"
            })
    void shouldRefuseFileNamesThatLeadElsewhere(String name) throws Exception {
        TinyBundle.write(directory);
        edit(json -> {
            ((ObjectNode) json.get("models")).put("head", name);
            ((ObjectNode) json.get("files")).put(name, "00");
        });

        assertRefused(() -> Bundle.load(directory), "not a file name");
    }

    @Test
    void shouldRefuseAFileWithoutHash() throws Exception {
        TinyBundle.write(directory);
        edit(json -> ((ObjectNode) json.get("files")).remove("head.onnx"));

        assertRefused(() -> Bundle.load(directory), "no hash", "head.onnx");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"codeShape\": [4, 2, 2]}",
                "{\"codeShape\": [3, 2]}",
                "{\"codeShape\": [3, 2, 0]}",
                "{\"codeShape\": [3, 100000, 100000]}",
                "{\"classes\": []}",
                "{\"classes\": [\"a\", \"a\"]}",
                "{\"name\": \" \"}",
                "{\"defaultMode\": \"zip\"}",
                "{\"defaultVariant\": \"int4\"}",
                "{\"tables\": null}",
                "{\"input\": {\"size\": 8, \"mean\": [0, 0], \"std\": [1, 1, 1], \"resize\": \"bilinear\"}}",
                "{\"input\": {\"size\": 8, \"mean\": [0, 0, 0], \"std\": [1, 0, 1], \"resize\": \"bilinear\"}}",
                "{\"input\": {\"size\": 8, \"mean\": [0, 0, 0], \"std\": [1, 1, 1], \"resize\": \"cubic\"}}",
                "{\"input\": {\"size\": 8, \"mean\": [0, 0, 0], \"std\": [1, 1, 1], \"resize\": \"bilinear\","
                        + " \"orientation\": \"gravity\"}}",
                "{\"quantisers\": {\"u8\": {\"offset\": [0], \"step\": [1]}}}",
                "{\"models\": {\"compressor\": \"compressor.onnx\"}}"
            })
    void shouldRefuseAManifestThatContradictsItself(String change) throws Exception {
        TinyBundle.write(directory);
        edit(json -> json.setAll((ObjectNode) read(change)));

        assertThatThrownBy(() -> Bundle.load(directory)).isInstanceOf(BundleException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"name", "input", "classes", "featureShape", "codeShape", "models", "quantisers", "defaultMode"})
    void shouldRefuseAManifestThatLacksAKey(String key) throws Exception {
        TinyBundle.write(directory);
        edit(json -> json.remove(key));

        assertRefused(() -> Bundle.load(directory), "bundle.json");
    }

    @Test
    void shouldRefuseAFileThatHoldsNoTables() throws Exception {
        TinyBundle.writeGraphs(directory);
        Files.writeString(directory.resolve("entropy.bin"), "not tables");

        assertRefused(() -> BundleWriter.write(directory, TinyBundle.manifest("tiny")), "entropy.bin");
    }

    @Test
    void shouldTakeFromTheBaseWhatAVariantLeavesOut() throws Exception {
        TinyBundle.write(directory);
        Files.copy(directory.resolve("compressor.onnx"), directory.resolve("compressor.int8.onnx"));
        edit(json -> json.set("variants", read("{\"int8\": {\"compressor\": \"compressor.int8.onnx\"}}")));
        BundleManifest draft =
                ManifestJson.toManifest(tree(Files.readString(directory.resolve("bundle.json"))), BundleManifest.class);

        Bundle bundle = BundleWriter.write(directory, draft);

        assertThat(bundle.manifest().models("int8"))
                .isEqualTo(new GraphFileNames("compressor.int8.onnx", "decoder.onnx", "head.onnx"));
        assertThat(bundle.manifest().files()).containsKey("compressor.int8.onnx");
        assertThatThrownBy(() -> bundle.manifest().models("int4")).hasMessageContaining("int4");
    }

    @Test
    void shouldDescribeItself() throws Exception {
        BundleDescription description = BundleDescription.of(TinyBundle.write(directory));

        assertThat(description.codeBytes()).isEqualTo(48);
        assertThat(description.classes()).isEqualTo(List.of("red", "green", "blue"));
        assertThat(description.payloadBytes())
                .containsEntry(PayloadMode.F32, 51.0)
                .containsEntry(PayloadMode.U8, 15.0)
                .containsKey(PayloadMode.ENTROPY);
        // Three colours of 33 equally likely values each. The positions of a plane are equal, which contexts can
        // predict only in part.
        BundleDescription.Tables tables = description.tables();
        assertThat(tables).isNotNull();
        assertThat(tables.meanBits()).isBetween(3 * Math.log(33) / Math.log(2), 12 * Math.log(33) / Math.log(2));
        assertThat(tables.meanBitsByChannel()).hasSize(3);
        assertThat(description.files())
                .hasSize(4)
                .allMatch(file -> file.bytes() > 0 && file.sha256().length() == 64);
        assertThat(description.provenance()).isEqualTo(Map.of("recipe", "by construction"));
    }

    @Test
    void shouldWriteFingerprintsAsSixteenDigits() {
        Fingerprint fingerprint = new Fingerprint(0x0123456789abcdefL);

        assertThat(fingerprint.hex()).isEqualTo("0123456789abcdef");
        assertThat(Fingerprint.parse("0123456789abcdef")).isEqualTo(fingerprint);
        assertThat(Fingerprint.of(fingerprint.bytes())).isEqualTo(fingerprint);
        assertThatThrownBy(() -> Fingerprint.parse("0123")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fingerprint.parse("0123456789abcdeg")).isInstanceOf(IllegalArgumentException.class);
    }

    private static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private void edit(Consumer<ObjectNode> change) throws IOException {
        Path file = directory.resolve("bundle.json");
        ObjectNode json = (ObjectNode) MAPPER.readTree(file.toFile());
        change.accept(json);
        MAPPER.writeValue(file.toFile(), json);
    }

    private static void assertRefused(ThrowingCallable call, String... words) {
        assertThatThrownBy(call).isInstanceOf(BundleException.class).hasMessageContainingAll(words);
    }
}
