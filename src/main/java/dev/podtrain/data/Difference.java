package dev.podtrain.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one tree has to get to be like another one. Size and time decide where they can: a file of the same size but
 * another time may have the same content, which only its hash tells.
 *
 * @param folders to be made, outer ones first
 * @param links to be made
 * @param different files whose content has to travel
 * @param uncertain files whose hashes have to be compared
 * @param settled files that are the same
 * @param unset files that are the same but not executable, as they should be
 * @param blocked folders that cannot be made because something else is there; what belongs into them is in no list: a link
 *     in their place may lead anywhere
 */
record Difference(
        List<Entry> folders,
        List<Entry> links,
        List<Entry> different,
        List<Entry> uncertain,
        List<Entry> settled,
        List<Entry> unset,
        List<Entry> blocked) {
    static final String BLOCKED = "something that is no folder is there";

    /**
     * Compares.
     *
     * @param wanted in an order in which folders come before what is in them
     * @param rehash whether equal sizes and times are not believed
     */
    static Difference of(Collection<Entry> wanted, Map<String, Entry> there, boolean rehash) {
        Difference difference = new Difference(
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
        Set<String> outOfReach = new HashSet<>();
        for (Entry entry : wanted) {
            Entry copy = there.get(entry.path());
            boolean isFolder = entry.kind() == Entry.Kind.FOLDER;
            boolean isBlocked = isFolder && copy != null && copy.kind() != Entry.Kind.FOLDER;
            if (outOfReach.contains(parent(entry.path())) || isBlocked) {
                outOfReach.add(entry.path());
                if (isBlocked) {
                    difference.blocked.add(entry);
                }
            } else {
                difference.compare(entry, copy, rehash);
            }
        }
        return difference;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private void compare(Entry entry, @Nullable Entry copy, boolean rehash) {
        boolean sameKind = copy != null && copy.kind() == entry.kind();
        switch (entry.kind()) {
            case FOLDER -> {
                if (!sameKind) {
                    folders.add(entry);
                }
            }
            case LINK -> {
                if (copy == null || !copy.equals(entry)) {
                    links.add(entry);
                }
            }
            case FILE -> {
                if (copy == null || !sameKind || copy.size() != entry.size()) {
                    different.add(entry);
                } else if (rehash || !entry.isAsOldAs(copy)) {
                    uncertain.add(entry);
                } else {
                    // Only upwards: a file system without the bit shows every file as executable.
                    (entry.executable() && !copy.executable() ? unset : settled).add(entry);
                }
            }
            case OTHER -> {}
        }
    }

    /** Paths that only the other side has, in an order in which they can be deleted. */
    static List<String> extras(Set<String> wanted, Map<String, Entry> there, Collection<String> scopes) {
        return there.keySet().stream()
                .filter(path -> !wanted.contains(path) && scopes.stream().anyMatch(scope -> isBelow(path, scope)))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private static boolean isBelow(String path, String scope) {
        return scope.isEmpty() || path.startsWith(scope + "/");
    }
}
