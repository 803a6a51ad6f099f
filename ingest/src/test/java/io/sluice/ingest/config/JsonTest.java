package io.sluice.ingest.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonTest {
    enum State {
        RUNNING
    }

    record Inner(double lagSeconds, boolean isPaused) {}

    record Outer(
            String pipelineName,
            State state,
            @Nullable String reason,
            List<Inner> partitions,
            Map<String, Long> settled) {
        public boolean isEmpty() {
            return partitions.isEmpty();
        }

        public String getNothing() {
            return "not a component";
        }
    }

    @Test
    void componentsOfRecordsAreInSnakeCaseAndInOrderAndKeysOfMapsStay() {
        Map<String, Long> settled = new LinkedHashMap<>();
        settled.put("deadLettered", 2L);
        settled.put("ACKED", 1L);

        assertThat(Json.write(new Outer("q", State.RUNNING, null, List.of(new Inner(0.5, true)), settled)))
                .isEqualTo("{\"pipeline_name\":\"q\",\"state\":\"RUNNING\",\"reason\":null,\"partitions\":"
                        + "[{\"lag_seconds\":0.5,\"is_paused\":true}],\"settled\":{\"deadLettered\":2,\"ACKED\":1}}");
    }

    @Test
    void textIsEscapedAndNullIsNull() {
        List<Object> list = new ArrayList<>(List.of("a\"\n\u001b"));
        list.add(null);

        assertThat(Json.write(list)).isEqualTo("[\"a\\\"\\n\\u001B\",null]");
    }
}
