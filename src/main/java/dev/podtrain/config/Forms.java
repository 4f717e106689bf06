package dev.podtrain.config;

import dev.podtrain.base.Secret;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms a setting's text can have, each as a function from text to a checked value. */
final class Forms {
    /** A full tag of July 2026, as the provider's documentation names it: moving tags differ from host to host. */
    static final String DEFAULT_IMAGE = "runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404";

    static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    private static final Pattern WHOLE_NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern MONEY = Pattern.compile("\\d{1,9}(\\.\\d{1,4})?");
    private static final Pattern DURATION =
            Pattern.compile("(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9})s)?");
    private static final Pattern DATA_CENTER = Pattern.compile("[A-Z0-9]{2,8}(-[A-Z0-9]{1,8}){1,3}");
    private static final Pattern CUDA = Pattern.compile("\\d{1,3}\\.\\d{1,3}");
    private static final Pattern IMAGE = Pattern.compile("[a-z0-9][A-Za-z0-9._/:@-]{0,255}");
    private static final Pattern DOTTED_KEY = Pattern.compile("[^.\\s]+(\\.[^.\\s]+)*");
    private static final Pattern PLATFORM_SECRET =
            Pattern.compile("\\{\\{ *RUNPOD_SECRET_[A-Za-z_][A-Za-z0-9_.\\-/]* *}}");
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private Forms() {}

    static Form<Integer> wholeNumber(int least, int most) {
        return text -> {
            matching(WHOLE_NUMBER, text, "is not a whole number");
            int number = Integer.parseInt(text);
            if (number < least || number > most) {
                throw new BadValue("is out of range");
            }
            return number;
        };
    }

    /** Days, hours, minutes and seconds in this order, each at most once; zero needs no unit. */
    static Form<Duration> duration(Duration least, Duration most) {
        return text -> {
            if (!text.equals("0") && WHOLE_NUMBER.matcher(text).matches()) {
                throw new BadValue("has no unit (s, m, h or d)");
            }
            Matcher parts = DURATION.matcher(text.equals("0") ? "0s" : text);
            if (!parts.matches() || text.isEmpty()) {
                throw new BadValue("is not a duration such as 90s, 30m, 1h30m or 2d");
            }
            Duration duration = Duration.ofDays(number(parts, 1))
                    .plusHours(number(parts, 2))
                    .plusMinutes(number(parts, 3))
                    .plusSeconds(number(parts, 4));
            if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
                throw new BadValue("is out of range");
            }
            return duration;
        };
    }

    private static long number(Matcher parts, int group) {
        String digits = parts.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    static Form<BigDecimal> money(BigDecimal most) {
        return text -> {
            matching(MONEY, text, "is not an amount of money such as 25 or 25.50, without a currency sign");
            BigDecimal amount = new BigDecimal(text);
            if (amount.compareTo(most) > 0) {
                throw new BadValue("is out of range");
            }
            return amount;
        };
    }

    /** A constant of the enum, in upper or lower case. */
    static <E extends Enum<E>> Form<E> oneOf(Class<E> constants) {
        return text -> {
            for (E constant : constants.getEnumConstants()) {
                if (constant.name().equalsIgnoreCase(text)) {
                    return constant;
                }
            }
            throw new BadValue("is none of the possible words");
        };
    }

    /** Exit codes of a program that failed. */
    static Form<Set<Integer>> exitCodes() {
        return text -> {
            Set<Integer> codes = new TreeSet<>();
            for (String word : text.split(",", -1)) {
                codes.add(wholeNumber(1, 255).parse(word.strip()));
            }
            return codes;
        };
    }

    static Form<String> id() {
        return text -> matching(ID, text, "is not an id");
    }

    static Form<String> image() {
        return text -> matching(IMAGE, text, "is not the name of a container image");
    }

    static Form<String> dottedKey() {
        return text -> matching(DOTTED_KEY, text, "is not a dotted key");
    }

    /** Comma separated, without repetitions, in the order given. */
    static Form<List<String>> names() {
        return text -> {
            List<String> names = Arrays.stream(line(text).split(",", -1))
                    .map(String::strip)
                    .distinct()
                    .toList();
            if (names.contains("")) {
                throw new BadValue("has an empty entry");
            }
            return names;
        };
    }

    /** The provider knows its data centers by upper-case ids only. */
    static Form<List<String>> dataCenters() {
        return text -> {
            List<String> ids = names().parse(text.toUpperCase(Locale.ROOT));
            for (String id : ids) {
                matching(DATA_CENTER, id, "is not a list of data center ids");
            }
            return ids;
        };
    }

    static Form<String> cudaVersion() {
        return text -> matching(CUDA, text, "is not a version of the form major.minor");
    }

    /** One that may stand in a header or a line of a file. */
    static Form<Secret> secret() {
        return text -> {
            if (!text.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
                throw new BadValue("contains white space or characters that no key has");
            }
            return Secret.of(text);
        };
    }

    /** A token for the trainer, itself or as a reference to a secret of the account. */
    static Form<Secret> token() {
        return text -> isPlatformSecret(text) ? Secret.of(text) : secret().parse(text);
    }

    /** True for {@code {{ RUNPOD_SECRET_name }}}, which the provider replaces at boot (RunPod docs, September 2026). */
    static boolean isPlatformSecret(String text) {
        return PLATFORM_SECRET.matcher(text).matches();
    }

    /** An address that keys may be sent to: encrypted, or on this machine. A slash at its end is dropped. */
    static Form<URI> address() {
        return text -> {
            URI uri;
            try {
                uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            } catch (URISyntaxException e) {
                throw new BadValue("is not an address");
            }
            if (uri.getHost() == null || uri.getScheme() == null) {
                throw new BadValue("is not an address with scheme and host");
            }
            if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
                throw new BadValue("has a user, a query or a fragment");
            }
            String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            boolean staysHere = THIS_MACHINE.contains(uri.getHost().toLowerCase(Locale.ROOT));
            if (!scheme.equals("https") && !(scheme.equals("http") && staysHere)) {
                throw new BadValue("would send keys unencrypted");
            }
            return uri;
        };
    }

    static Form<URI> apiAddress() {
        return text -> {
            URI uri = address().parse(text);
            if (uri.getPath().endsWith("/v2")) {
                throw new BadValue("ends in /v2, which is added to it");
            }
            return uri;
        };
    }

    static String matching(Pattern pattern, String text, String reason) throws BadValue {
        if (!pattern.matcher(text).matches()) {
            throw new BadValue(reason);
        }
        return text;
    }

    /** Text without control characters or others that cannot be seen. */
    static String line(String text) throws BadValue {
        if (!text.codePoints().allMatch(Shown::isPrintable)) {
            throw new BadValue("contains a character that cannot be printed");
        }
        return text;
    }
}
