package dev.podtrain.base;

import org.jspecify.annotations.Nullable;

/** Stops an operation for a reason the user can read; printed once, at the top. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        this(problem, null);
    }

    public ProblemException(Problem problem, @Nullable Throwable cause) {
        super(problem.what() + ": " + problem.why(), cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
