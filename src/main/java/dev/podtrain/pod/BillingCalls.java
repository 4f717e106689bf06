package dev.podtrain.pod;

import dev.podtrain.http.ApiRequest;
import dev.podtrain.http.Endpoint;
import dev.podtrain.http.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The calls about what was billed (REST v2 description 2.0.0, 2026-08-20). */
final class BillingCalls {
    private BillingCalls() {}

    /**
     * Hours from the one that the moment lies in until now.
     *
     * @param since not in the future
     */
    record PodHours(PodId id, Instant since) implements Endpoint<List<BilledHour>> {
        @Override
        public ApiRequest request() {
            return ApiRequest.get("v2", "billing", "pods")
                    .with("podId", id.value())
                    .with("bucketSize", "hour")
                    .with("startTime", since.truncatedTo(ChronoUnit.HOURS).toString());
        }

        @Override
        public String action() {
            return "read what was billed for pod " + id;
        }

        @Override
        public List<BilledHour> read(Json body) {
            return body.member("records").items().stream()
                    // A server that does not know the filter would answer with every pod of the account.
                    .filter(hour -> hour.member("podId").text().equals(id.value()))
                    .map(PodHours::hour)
                    .toList();
        }

        private static BilledHour hour(Json json) {
            BigDecimal gpu = json.member("gpuAmount").decimal();
            BigDecimal cpu = json.find("cpuAmount").map(Json::decimal).orElse(BigDecimal.ZERO);
            return new BilledHour(
                    json.member("startTime").instant(),
                    gpu.add(cpu),
                    json.member("diskAmount").decimal());
        }
    }
}
