package dev.podtrain.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * Makes what picocli wants made. Its own factory first looks for the classes of Groovy, in vain in every library, which
 * takes as long as a short command.
 */
final class PlainFactory implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws ReflectiveOperationException {
        if (type == List.class) {
            return type.cast(new ArrayList<>()); // of an option that may be given several times
        }
        return type.getDeclaredConstructor().newInstance();
    }
}
