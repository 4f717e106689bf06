package dev.podtrain.s3;

import dev.podtrain.base.Problem;
import dev.podtrain.base.Problem.Kind;
import dev.podtrain.base.ProblemException;

/** Puts what stopped an operation on a volume into the user's words. */
final class S3Problems {
    static final String NOTHING_LEFT = "the volume is as it was";

    private static final String KEYS = "RUNPOD_S3_ACCESS_KEY and RUNPOD_S3_SECRET_KEY";

    private final S3Access access;

    S3Problems(S3Access access) {
        this.access = access;
    }

    /**
     * A request that failed for good.
     *
     * @param action such as {@code put data/a.wav on the volume}
     * @param tries how often it was sent
     */
    ProblemException failed(String action, String left, S3Failure failure, int tries) {
        String said = "the S3 service of " + access.region() + ": " + failure.text();
        if (failure.clockIsWrong()) {
            return problem(Kind.FAILED, action, said, "set this machine's clock, then run it again", left, failure);
        }
        if (failure.isForbidden()) {
            String next = failure.keysAreWrong()
                    ? "put a valid S3 key pair into " + KEYS + "; it is made in the console and is not the API key"
                    : "use an S3 key pair of the account that owns volume " + access.bucket() + ", set in " + KEYS;
            return problem(Kind.NOT_AUTHENTICATED, action, said, next, left, failure);
        }
        if (failure.bucketIsMissing()) {
            return problem(
                    Kind.FAILED,
                    action,
                    "network volume " + access.bucket() + " is not in " + access.region()
                            + ", or belongs to another account than the S3 keys",
                    "check NETWORK_VOLUME_ID, and that " + KEYS + " are of the same account",
                    left,
                    failure);
        }
        if (failure.diskIsFull()) {
            return problem(
                    Kind.FAILED,
                    action,
                    "network volume " + access.bucket() + " is full",
                    "delete what is no longer needed there, or make the volume bigger in the console; then run it again",
                    left,
                    failure);
        }
        if (failure.isTooLarge()) {
            return problem(Kind.FAILED, action, said, "report this as a bug: a part was too large", left, failure);
        }
        String times = tries > 1 ? " (" + tries + " tries)" : "";
        String next = failure.isPassing()
                ? "check the connection to " + access.endpoint().getHost() + ", then run it again"
                : "look at what it says; if that is none of yours, report it as a bug";
        return problem(Kind.FAILED, action, said + times, next, left, failure);
    }

    static ProblemException problem(String action, String why, String next, String left) {
        return new ProblemException(new Problem(Kind.FAILED, "could not " + action, why, next, left));
    }

    private static ProblemException problem(
            Kind kind, String action, String why, String next, String left, Throwable cause) {
        return new ProblemException(new Problem(kind, "could not " + action, why, next, left), cause);
    }
}
