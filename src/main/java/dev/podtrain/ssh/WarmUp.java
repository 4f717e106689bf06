package dev.podtrain.ssh;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;

/** Runs, once and on made-up data, what every connection computes: in a cold JVM loading it is most of the time. */
final class WarmUp {
    private WarmUp() {}

    static void loadCryptography() {
        try {
            exchangeKeys();
            encrypt();
            KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks cryptography that SSH needs", e);
        }
    }

    private static void exchangeKeys() throws GeneralSecurityException {
        KeyPair keys = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(keys.getPrivate());
        agreement.doPhase(keys.getPublic(), true);
        agreement.generateSecret();
    }

    private static void encrypt() throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[16], "AES"), new GCMParameterSpec(128, new byte[12]));
        cipher.doFinal(new byte[16]);
    }
}
