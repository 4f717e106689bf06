package dev.podtrain.s3;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares contents with an object's ETag: the MD5 of what was put in one request, or the MD5 of the parts' MD5s and their
 * number. The provider promises neither, so a tag that does not fit proves nothing.
 */
public final class ContentTag {
    private static final Pattern TAG = Pattern.compile("[0-9a-f]{32}(-([0-9]{1,5}))?");
    private static final int BUFFER = 256 * 1024;

    private ContentTag() {}

    /** Whether an ETag is that of a content alone, however the content was put. */
    public static boolean isPlain(S3Object object) {
        String etag = object.etag();
        return etag != null && etag.matches("[0-9a-f]{32}");
    }

    /**
     * Whether the object has this content.
     *
     * @param content of the object's size; read to its end unless the tag tells nothing, and not closed
     */
    public static boolean fits(S3Object object, InputStream content) throws IOException {
        String etag = object.etag();
        Matcher tag = TAG.matcher(etag == null ? "" : etag);
        if (!tag.matches()) {
            return false;
        }
        if (tag.group(2) == null) {
            return hex(md5(content, Long.MAX_VALUE)).equals(etag);
        }
        long partSize = UploadLimits.usual().partSizeFor(object.size());
        int parts = Math.toIntExact((object.size() + partSize - 1) / partSize);
        return Integer.parseInt(tag.group(2)) == parts
                && (hex(md5OfParts(content, parts, partSize)) + "-" + parts).equals(etag);
    }

    private static byte[] md5OfParts(InputStream content, int parts, long partSize) throws IOException {
        MessageDigest whole = md5();
        for (int part = 0; part < parts; part++) {
            whole.update(md5(content, partSize));
        }
        return whole.digest();
    }

    /** Of so many of the next bytes, or of those that are left. */
    private static byte[] md5(InputStream content, long length) throws IOException {
        MessageDigest digest = md5();
        DigestInputStream in = new DigestInputStream(content, digest);
        byte[] buffer = new byte[BUFFER];
        long left = length;
        while (left > 0) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                break;
            }
            left -= count;
        }
        return digest.digest();
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has MD5", e);
        }
    }
}
