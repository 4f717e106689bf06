package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.run.CostReport;
import dev.podtrain.run.CostReport.Difference;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class CostIT {
    @Test
    void billOfAFinishedRunIsTheEstimateAndWhatExplainsTheRest() throws InterruptedException {
        try (LaunchFixture fixture = new LaunchFixture()) {
            fixture.launch(new Watcher());

            CostReport report = fixture.care().cost(fixture.run(), new Watcher());

            assertThat(report.problem()).isNull();
            assertThat(report.attempts()).hasSize(1).allSatisfy(attempt -> {
                assertThat(attempt.running()).isFalse();
                assertThat(attempt.training().span()).isPositive();
            });
            assertThat(report.billed().totalUsd()).isPositive();
            assertThat(report.differences().stream().map(Difference::usd).reduce(BigDecimal.ZERO, BigDecimal::add))
                    .isEqualByComparingTo(report.billed().totalUsd().subtract(report.estimateUsd()));
        }
    }
}
