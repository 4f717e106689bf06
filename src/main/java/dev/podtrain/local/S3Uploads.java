package dev.podtrain.local;

import dev.podtrain.local.S3Files.Arrived;
import dev.podtrain.local.S3Files.Found;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Uploads in parts to one network volume.
 *
 * <pre>
 * .s3compat_uploads/ID/key              the object's key
 * .s3compat_uploads/ID/part-00001-MD5   one part
 * </pre>
 */
final class S3Uploads {
    private static final int MOST_PARTS = 10_000;

    private final S3Files files;

    S3Uploads(S3Files files) {
        this.files = files;
    }

    record Upload(String id, String key, Instant initiated) {}

    record Part(int number, Path path, String md5, long size, Instant modified) {}

    String create(String key, String id) throws IOException {
        Path folder = files.hidden().resolve(id);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("key"), key, StandardCharsets.UTF_8);
        return id;
    }

    List<Upload> list() throws IOException {
        List<Upload> uploads = new ArrayList<>();
        if (!Files.isDirectory(files.hidden())) {
            return uploads;
        }
        try (Stream<Path> folders = Files.list(files.hidden())) {
            for (Path folder : folders.toList()) {
                Path key = folder.resolve("key");
                if (Files.isRegularFile(key)) {
                    uploads.add(new Upload(
                            Objects.requireNonNull(folder.getFileName()).toString(),
                            Files.readString(key, StandardCharsets.UTF_8),
                            Files.getLastModifiedTime(key).toInstant()));
                }
            }
        }
        uploads.sort(Comparator.comparing(Upload::key).thenComparing(Upload::initiated));
        return uploads;
    }

    /** By number. */
    SortedMap<Integer, Part> parts(String id, String key) throws IOException {
        SortedMap<Integer, Part> parts = new TreeMap<>();
        try (Stream<Path> each = Files.list(folder(id, key))) {
            for (Path file : each.toList()) {
                String[] name =
                        Objects.requireNonNull(file.getFileName()).toString().split("-", -1);
                if (name[0].equals("part")) {
                    int number = Integer.parseInt(name[1]);
                    parts.put(
                            number,
                            new Part(
                                    number,
                                    file,
                                    name[2],
                                    Files.size(file),
                                    Files.getLastModifiedTime(file).toInstant()));
                }
            }
        }
        return parts;
    }

    void addPart(String id, String key, int number, Arrived content) throws IOException {
        if (number < 1 || number > MOST_PARTS) {
            throw S3Refusal.of("InvalidArgument", "a part's number must be between 1 and " + MOST_PARTS);
        }
        synchronized (this) {
            Part before = parts(id, key).get(number);
            Path target = folder(id, key).resolve("part-%05d-%s".formatted(number, content.md5()));
            Files.move(
                    content.temporary(), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            if (before != null && !before.path().equals(target)) {
                Files.deleteIfExists(before.path());
            }
        }
    }

    /** What a client says the object consists of. */
    record Named(int number, String etag) {}

    /** Puts the parts together and lets the object appear. */
    synchronized Found complete(String id, String key, List<Named> wanted) throws IOException {
        SortedMap<Integer, Part> parts = parts(id, key);
        if (wanted.isEmpty()) {
            throw S3Refusal.of("MalformedXML", "no parts");
        }
        List<Part> chosen = new ArrayList<>();
        int before = 0;
        for (Named named : wanted) {
            if (named.number() <= before) {
                throw S3Refusal.of("InvalidPartOrder", "the parts are not in order");
            }
            before = named.number();
            chosen.add(Optional.ofNullable(parts.get(named.number()))
                    .filter(part -> part.md5().equals(named.etag()))
                    .orElseThrow(() -> S3Refusal.of("InvalidPart", "part " + named.number() + " is not there")));
        }
        MessageDigest md5 = S3Files.digest("MD5");
        Path whole = Files.createTempFile(files.hidden(), "arriving-", "");
        try (OutputStream out = Files.newOutputStream(whole)) {
            for (Part part : chosen) {
                md5.update(HexFormat.of().parseHex(part.md5()));
                try (InputStream in = Files.newInputStream(part.path())) {
                    in.transferTo(out);
                }
            }
        } catch (IOException failure) {
            Files.deleteIfExists(whole);
            throw failure;
        }
        Found object = files.publish(key, whole, HexFormat.of().formatHex(md5.digest()) + "-" + chosen.size());
        StateDir.delete(folder(id, key));
        return object;
    }

    synchronized void abort(String id, String key) {
        StateDir.delete(folder(id, key));
    }

    /** @throws S3Refusal NoSuchUpload */
    private Path folder(String id, String key) {
        if (id.matches("[a-z0-9]{1,64}")) {
            Path folder = files.hidden().resolve(id);
            try {
                if (Files.readString(folder.resolve("key"), StandardCharsets.UTF_8)
                        .equals(key)) {
                    return folder;
                }
            } catch (NoSuchFileException none) {
                throw noSuchUpload();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        throw noSuchUpload();
    }

    private static S3Refusal noSuchUpload() {
        return S3Refusal.of("NoSuchUpload", "The upload is not known: it was completed or aborted.");
    }
}
