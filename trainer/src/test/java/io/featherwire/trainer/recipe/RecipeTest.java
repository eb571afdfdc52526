package io.featherwire.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeTest {

    @TempDir
    Path directory;

    @Test
    void shouldReadEveryBuiltInRecipeAndItsOwnYaml() throws IOException {
        for (String name : Recipe.BUILT_IN) {
            Recipe recipe = Recipe.find(name);
            assertThat(recipe.name()).isEqualTo(name);
            Path copy = Files.writeString(directory.resolve(name + ".yaml"), recipe.toYaml());
            assertThat(Recipe.find(copy.toString())).isEqualTo(recipe);
        }
    }

    @Test
    void shouldReadTheDeprecatedKeyOfRdoq() throws IOException {
        String yaml = Recipe.readBuiltIn("quick");
        assertThat(yaml).contains("rdoq: 50");
        Recipe old = Recipe.find(file(yaml.replace("rdoq: 50", "search: 50")));
        assertThat(old).isEqualTo(Recipe.find("quick"));
        assertThat(old.toYaml()).contains("rdoq: 50.0").doesNotContain("search");
    }

    @Test
    void shouldContainThePapersSettings() throws IOException {
        Recipe paper = Recipe.find("paper");
        assertThat(paper.inputSize()).isEqualTo(224);
        assertThat(paper.width()).isEqualTo(1);
        assertThat(paper.backbone().batch()).isEqualTo(4);
        assertThat(paper.backbone().rate()).isEqualTo(1e-5);
        assertThat(paper.backbone().epochs()).isEqualTo(100);
        assertThat(paper.bottleneck().rate()).isEqualTo(1e-4);
        assertThat(paper.bottleneck().epochs()).isEqualTo(10);
    }

    @Test
    void shouldNameAnInvalidSetting() throws IOException {
        String yaml = Recipe.readBuiltIn("test");
        assertThatThrownBy(() -> Recipe.find(file(yaml.replace("optimizer: sgd", "optimizer: adagrad"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("backbone.optimizer is adagrad")
                .hasMessageContaining("one of sgd, muon, adamw");
        assertThatThrownBy(() -> Recipe.find(file(yaml + "imputSize: 3\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("imputSize");
        String unweighted = yaml.replace("kind: paper", "kind: rate-aware").replaceAll("(\\w+Weight): \\d+", "$1: 0");
        assertThatThrownBy(() -> Recipe.find(file(unweighted)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the loss would contain only bits");
        assertThatThrownBy(() -> Recipe.find(file(yaml + "featureViews: -1\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("featureViews is -1.0; it must not be negative");
        assertThatThrownBy(() -> Recipe.find("nonesuch"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("test, quick, reference, wide, paper");
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(directory.resolve("own.yaml"), yaml).toString();
    }
}
