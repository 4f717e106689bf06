package dev.podtrain.run;

import dev.podtrain.base.Progress;

/** Who watches a launch: shows the plan, decides whether to go on, and receives the log. */
public interface RunListener extends Progress {
    /**
     * The plan is made. Not called again.
     *
     * @return whether to carry it out
     */
    boolean planned(Plan plan);

    /** A step begins. */
    void phase(Phase phase, String detail);

    /**
     * A pod was lost, nothing is rented, and nobody has said yet whether to go on.
     *
     * @param reason what happened, as a half sentence
     * @return whether to rent another pod and resume
     */
    boolean resumes(String reason);

    /** What is left, from time to time, where the log says how many steps there are. */
    void forecast(Forecast forecast);

    /** The next bytes of the run's log: each byte once and in order; {@code offset} is that of the first one. */
    void log(long offset, byte[] bytes, int length);
}
