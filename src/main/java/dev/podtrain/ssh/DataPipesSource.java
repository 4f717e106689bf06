package dev.podtrain.ssh;

import dev.podtrain.base.Time;
import java.util.Optional;

/** Gives connections for data to somebody who needs them for longer than they last; as {@link SessionSource}. */
public interface DataPipesSource {
    /**
     * Where connections can be opened now; empty to give up.
     *
     * @param lastFailure why the last ones could not be used any longer; empty at first
     */
    Optional<DataPipes> next(Optional<SshException> lastFailure) throws InterruptedException;

    /** Over the sessions of a source. */
    static DataPipesSource over(SessionSource sessions, String program, Time time) {
        return lastFailure -> sessions.next(lastFailure).map(session -> DataPipes.over(session, program, time));
    }
}
