package dev.podtrain.config;

import java.io.StringReader;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/** A YAML text with a mapping at its top, read by SnakeYAML's safe constructor within limits. */
final class YamlDocument {
    static final int MAX_BYTES = 3_000_000;

    private static final int MAX_DEPTH = 50;
    private static final int MAX_ALIASES = 50;

    private static final Set<Tag> SCALAR_TAGS =
            Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP, Tag.BINARY, Tag.MERGE, tag("value"));

    private final MappingNode root;

    private YamlDocument(MappingNode root) {
        this.root = root;
    }

    /**
     * What stands behind a name, and where.
     *
     * @param text of a string; null if it is anything else, such as a number, a date or a list
     * @param isEmpty whether nothing stands there, or {@code null}
     * @param line from 1
     * @param column from 1
     */
    record Value(@Nullable String text, boolean isEmpty, int line, int column) {}

    /** Finds duplicate names and merges {@code <<}, but converts no scalar: that costs time and can fail in many ways. */
    private static final class TextConstructor extends SafeConstructor {
        TextConstructor(LoaderOptions options) {
            super(options);
            for (Tag tag : SCALAR_TAGS) {
                yamlConstructors.put(tag, new AbstractConstruct() {
                    @Override
                    public Object construct(Node node) {
                        return constructScalar((ScalarNode) node);
                    }
                });
            }
        }

        void check(Node document) {
            constructDocument(document);
        }
    }

    static YamlDocument parse(String text) throws TextFile.Unusable {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setAllowRecursiveKeys(false);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(MAX_BYTES);
        TextConstructor constructor = new TextConstructor(options);
        try {
            Node document = new Yaml(constructor).compose(new StringReader(text));
            if (document == null || document.getTag().equals(Tag.NULL)) {
                throw new TextFile.Unusable("is empty");
            }
            if (!(document instanceof MappingNode mapping)) {
                throw at(document.getStartMark(), "is not a mapping of names to values at its top");
            }
            checkNode(mapping, identitySet(), identitySet());
            constructor.check(mapping);
            return new YamlDocument(mapping);
        } catch (ReaderException e) {
            throw TextFile.at(text, Math.min(e.getPosition(), text.length()), "contains a character YAML forbids");
        } catch (MarkedYAMLException e) {
            throw at(e.getProblemMark(), "is not valid YAML: " + reason(e));
        } catch (YAMLException e) {
            throw new TextFile.Unusable("goes beyond a limit: " + Shown.printable(String.valueOf(e.getMessage())));
        }
    }

    /**
     * Refuses what a training config has no use for and a reader can be hurt by: tags that name types, names that are
     * lists or mappings, and values that contain themselves.
     */
    private static void checkNode(Node node, Set<Node> above, Set<Node> done) throws TextFile.Unusable {
        if (above.contains(node)) {
            throw at(node.getStartMark(), "contains itself");
        }
        if (!done.add(node)) {
            return;
        }
        above.add(node);
        boolean isKnown;
        if (node instanceof MappingNode mapping) {
            isKnown = node.getTag().equals(Tag.MAP);
            for (NodeTuple tuple : mapping.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode)) {
                    throw at(tuple.getKeyNode().getStartMark(), "has a list or a mapping as a name");
                }
                checkNode(tuple.getKeyNode(), above, done);
                checkNode(tuple.getValueNode(), above, done);
            }
        } else if (node instanceof SequenceNode sequence) {
            isKnown = node.getTag().equals(Tag.SEQ);
            for (Node item : sequence.getValue()) {
                checkNode(item, above, done);
            }
        } else {
            isKnown = SCALAR_TAGS.contains(node.getTag());
        }
        if (!isKnown) {
            String tag = Shown.quoted(node.getTag().getValue());
            throw at(node.getStartMark(), "has the tag " + tag + " where a config has plain values only");
        }
        above.remove(node);
    }

    private static Set<Node> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static Tag tag(String name) {
        return new Tag(Tag.PREFIX + name);
    }

    /** What stands at the end of this path of names, merged entries included. */
    Optional<Value> find(List<String> path) {
        Node node = root;
        for (String name : path) {
            Optional<Node> child = child(node, name);
            if (child.isEmpty()) {
                return Optional.empty();
            }
            node = child.get();
        }
        boolean isString = node instanceof ScalarNode && node.getTag().equals(Tag.STR);
        Mark start = node.getStartMark();
        return Optional.of(new Value(
                isString ? ((ScalarNode) node).getValue() : null,
                node.getTag().equals(Tag.NULL),
                start.getLine() + 1,
                start.getColumn() + 1));
    }

    /** The names at the top, in their order. */
    List<String> topNames() {
        return root.getValue().stream()
                .map(tuple -> ((ScalarNode) tuple.getKeyNode()).getValue())
                .toList();
    }

    private static Optional<Node> child(Node parent, String name) {
        if (!(parent instanceof MappingNode mapping)) {
            return Optional.empty();
        }
        return mapping.getValue().stream()
                .filter(tuple -> ((ScalarNode) tuple.getKeyNode()).getValue().equals(name))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    /** Only the parser's own words: its full message quotes the file, where secrets may be. */
    private static String reason(MarkedYAMLException e) {
        String problem = String.valueOf(e.getProblem());
        return Shown.printable(problem.startsWith("but ") ? e.getContext() + ", " + problem : problem);
    }

    private static TextFile.Unusable at(@Nullable Mark mark, String reason) {
        return mark == null
                ? new TextFile.Unusable(reason)
                : new TextFile.Unusable(reason, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
