package dev.podtrain.pod;

import java.util.regex.Pattern;

/**
 * Tells "no machine is free" from "the request breaks a rule". Both are status 400, and the words are the provider's
 * only signal: its description says so (createPod, 2026-08-20). The list joins recorded texts with the expression that
 * RunPod's own smoke tests use.
 */
final class CapacityWords {
    private static final Pattern NO_CAPACITY = Pattern.compile(
            "no longer any instances available|please refresh and try again|does not have the resources"
                    + "|try a different machine|no (machines|capacity|hosts|gpus|instances) available"
                    + "|insufficient (capacity|resources)|not enough free gpus|out of stock|sold out"
                    + "|\\bunavailable\\b|could not be placed",
            Pattern.CASE_INSENSITIVE);

    private CapacityWords() {}

    static boolean areIn(String detail) {
        return NO_CAPACITY.matcher(detail).find();
    }
}
