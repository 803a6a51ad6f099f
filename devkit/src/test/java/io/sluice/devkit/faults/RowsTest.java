package io.sluice.devkit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {
    @Test
    void everyRowIsThereOnceAndInOrder() {
        List<String> ids = Rows.all().stream().map(Row::id).toList();

        assertThat(ids).doesNotHaveDuplicates().startsWith("F1", "F2").endsWith("completions", "poison");
        assertThat(ids.indexOf("F7")).isLessThan(ids.indexOf("F14"));
    }

    @Test
    void theShortLaneIsWhatTheBuildPromises() {
        assertThat(Rows.select("short").stream().map(Row::id))
                .containsExactly("F1", "F2", "F4", "F5", "F7", "F8", "F14", "F22");
    }

    @Test
    void rowsAreChosenByIdInEitherCase() {
        assertThat(Rows.select("f5, F1").stream().map(Row::id)).containsExactly("F5", "F1");
    }

    @Test
    void aRowThatIsNotThereIsNamedWithThoseThatAre() {
        assertThatThrownBy(() -> Rows.select("F1,F99"))
                .hasMessageContaining("'F99' given")
                .hasMessageContaining("F1, F2, ");
    }
}
