package dev.podtrain.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.ledger.RunId;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlanTest {
    @Test
    void ceilingIsTheDearestOfferForTheWholeRuntime() {
        Plan plan = plan(null, Duration.ofHours(10), "0", "0.27", "0.49");

        assertThat(plan.ceilingUsd()).hasValueSatisfying(usd -> assertThat(usd).isEqualByComparingTo("4.90"));
    }

    @Test
    void costLimitIsTheCeilingWhereItIsLower() {
        assertThat(plan(Duration.ofHours(10), "3", "0.49").ceilingUsd()).contains(new BigDecimal("3"));
        assertThat(plan(Duration.ofHours(1), "3", "0.49").ceilingUsd())
                .hasValueSatisfying(usd -> assertThat(usd).isEqualByComparingTo("0.49"));
    }

    @Test
    void thereIsNoCeilingWithoutALimit() {
        assertThat(plan(Duration.ZERO, "0", "0.49").ceilingUsd()).isEmpty();
    }

    @Test
    void balanceIsShortBelowTheCeiling() {
        assertThat(plan("4.89", Duration.ofHours(10), "0", "0.49").isBalanceShort())
                .isTrue();
        assertThat(plan("4.90", Duration.ofHours(10), "0", "0.49").isBalanceShort())
                .isFalse();
    }

    @Test
    void withoutACeilingBalanceIsShortBelowOneHour() {
        assertThat(plan("0.48", Duration.ZERO, "0", "0.49").isBalanceShort()).isTrue();
        assertThat(plan("0.50", Duration.ZERO, "0", "0.49").isBalanceShort()).isFalse();
    }

    @Test
    void unknownBalanceIsNotShort() {
        assertThat(plan(Duration.ofHours(10), "0", "0.49").isBalanceShort()).isFalse();
    }

    private static Plan plan(Duration maxRuntime, String maxCost, String price) {
        return plan(null, maxRuntime, maxCost, price);
    }

    private static Plan plan(@Nullable String balance, Duration maxRuntime, String maxCost, String... prices) {
        List<Plan.Offer> offers = List.of(prices).stream()
                .map(price -> new Plan.Offer("NVIDIA L4", "SECURE", "EU-RO-1", new BigDecimal(price), "high"))
                .toList();
        return new Plan(
                new RunId("out-0a1b2c"),
                false,
                "/p",
                "c.yaml",
                "out",
                Plan.Action.RENT,
                "because",
                offers,
                1,
                "image",
                "volume",
                maxRuntime,
                new BigDecimal(maxCost),
                Duration.ZERO,
                Duration.ZERO,
                "stop",
                null,
                Duration.ZERO,
                balance == null ? null : new BigDecimal(balance));
    }
}
