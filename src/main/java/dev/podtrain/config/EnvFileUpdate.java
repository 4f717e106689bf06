package dev.podtrain.config;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rewrites the value of one name in an env file and keeps every other byte. */
final class EnvFileUpdate {
    /** Somebody else may save the file while we write; each such save costs us one more turn. */
    private static final int TURNS = 200;

    private static final String UTF_8_MARK = "\u00EF\u00BB\u00BF";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final String name;
    private final String value;

    EnvFileUpdate(Path file, String name, String value) {
        this.file = file;
        this.name = name;
        this.value = value;
    }

    void apply() {
        try {
            Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
            for (int turn = 0; turn < TURNS; turn++) {
                byte[] before = contentOf(target);
                byte[] after = updated(before);
                if (Arrays.equals(before, after) || replaced(target, before, after)) {
                    return;
                }
            }
            throw failed("another program keeps writing it", null);
        } catch (AccessDeniedException e) {
            throw failed("permission denied in its folder or on the file", e);
        } catch (NoSuchFileException e) {
            throw failed(Files.isSymbolicLink(file) ? "is a link that leads to no file" : "its folder is missing", e);
        } catch (IOException e) {
            throw failed(String.valueOf(e.getMessage()), e);
        } catch (TextFile.Unusable e) {
            throw failed(e.reason(), e);
        }
    }

    private static byte[] contentOf(Path target) throws TextFile.Unusable {
        return Files.exists(target) ? TextFile.readBytes(target, EnvFile.MAX_BYTES) : new byte[0];
    }

    /** Works on one character per byte, so that what is not UTF-8 survives as well. */
    byte[] updated(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        String mark = text.startsWith(UTF_8_MARK) ? UTF_8_MARK : "";
        StringBuilder result = new StringBuilder(mark);
        boolean found = false;
        int start = mark.length();
        while (start < text.length()) {
            int end = start;
            while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                end++;
            }
            int next = Math.min(end + 1, text.length());
            String line = text.substring(start, end);
            Optional<String> changed = EnvLine.replaceValue(line, name, value);
            found |= changed.isPresent();
            result.append(changed.orElse(line)).append(text, end, next);
            start = next;
        }
        if (!found && !value.isEmpty()) {
            String lineEnd = text.contains("\r\n") ? "\r\n" : "\n";
            if (result.length() > mark.length() && !text.endsWith("\n")) {
                result.append(lineEnd);
            }
            result.append(new EnvLine(name, value).print()).append(lineEnd);
        }
        return result.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** False, and nothing done, if the file no longer has the content that was read. */
    static boolean replaced(Path target, byte[] before, byte[] after) throws IOException, TextFile.Unusable {
        Path folder = Objects.requireNonNull(target.getParent());
        Path draft =
                Files.createTempFile(folder, ".runpod.env.", ".tmp", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(after);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                if (Files.exists(target)) {
                    copyOwnerAndMode(target, draft);
                }
                channel.force(true);
            }
            if (!Arrays.equals(before, contentOf(target))) {
                return false;
            }
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
            syncFolder(folder);
            return true;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Owner first: changing it may clear bits of the mode. Root must not take a user's file away from them. */
    private static void copyOwnerAndMode(Path from, Path to) throws IOException {
        PosixFileAttributes wanted = Files.readAttributes(from, PosixFileAttributes.class);
        PosixFileAttributes actual = Files.readAttributes(to, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (!wanted.owner().equals(actual.owner())) {
            view.setOwner(wanted.owner());
        }
        if (!wanted.group().equals(actual.group())) {
            view.setGroup(wanted.group());
        }
        view.setPermissions(wanted.permissions());
    }

    private static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private ProblemException failed(String reason, @Nullable Throwable cause) {
        String assignment = new EnvLine(name, value).print();
        return new ProblemException(
                new Problem(
                        Problem.Kind.FAILED,
                        "could not write " + assignment + " into the settings file",
                        Shown.path(file) + ": " + reason,
                        "write the line " + assignment + " into it by hand",
                        "the file is as it was"),
                cause);
    }
}
