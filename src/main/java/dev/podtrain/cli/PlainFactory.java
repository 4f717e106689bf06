package dev.podtrain.cli;

import picocli.CommandLine;

/**
 * Makes what picocli wants made. Its own factory first looks for the classes of Groovy, in vain in every library, which
 * takes as long as a short command.
 */
final class PlainFactory implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws ReflectiveOperationException {
        return type.getDeclaredConstructor().newInstance();
    }
}
