package dev.podtrain.pod;

/** What became of one request to create a pod. The request is sent once; the next step is the caller's choice. */
public sealed interface CreateOutcome {
    /** The pod exists and is billed from now on. */
    record Created(Pod pod) implements CreateOutcome {}

    /** No machine fits this GPU type and data center now: the next candidate may work, so may a later time. */
    record NoCapacity(String detail) implements CreateOutcome {}

    /**
     * Nothing was created: a rule is broken (400), the GPU pool is not open to the account (403), something named in
     * the request does not exist (404), or too many requests were sent (429; the next call waits as long as it was
     * told to). The next candidate may work.
     */
    record Refused(int status, String detail) implements CreateOutcome {}

    /**
     * The request may have been carried out but no usable answer arrived: a pod may exist and be billed. Look for the
     * intent before asking again.
     */
    record AnswerLost(String reason) implements CreateOutcome {}
}
