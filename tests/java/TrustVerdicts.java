import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.CertPathParameters;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * What Java says of certificate chains: its trust manager, and TLS handshakes in memory.
 *
 * <p>Each line on standard input is a scenario, its words parted by tabs, bytes in Base64, lists parted by commas:
 *
 * <pre>
 * NAME  CHAIN  KEY  ANCHORS  TRUSTSTORE  PASSWORD  HOSTS  SECONDS
 * </pre>
 *
 * <p>The chain is as sent. The key is in PKCS8; without one no handshake is tried. A trust store, where there is one,
 * counts instead of the anchors. Where seconds since 1970 are given, Java judges as of then, and only its trust manager
 * is asked. A line follows for each question: {@code NAME QUESTION VERDICT}; the first one is
 * {@code java version NUMBER}.
 */
public final class TrustVerdicts {
    private static final int STEPS = 200;
    private static final int BUFFER = 1 << 17;
    private static final ByteBuffer SCRATCH = ByteBuffer.allocate(BUFFER);
    private static final char[] NO_PASSWORD = "handshake".toCharArray();

    private final String name;
    private final X509Certificate[] chain;
    private final byte[] key;
    private final KeyStore trusted;
    private final String[] hosts;
    private final String seconds;
    private final PrintWriter out;

    private TrustVerdicts(String[] words, PrintWriter out) throws Exception {
        this.out = out;
        name = words[0];
        key = Base64.getDecoder().decode(words[2]);
        hosts = words[6].isEmpty() ? new String[0] : words[6].split(",");
        seconds = words[7];
        chain = certificates(words[1]);
        trusted = words[4].isEmpty() ? storeOf(certificates(words[3])) : opened(words[4], words[5].toCharArray());
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        out.println("java\tversion\t" + Runtime.version().feature());
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            String[] words = line.split("\t", -1);
            try {
                new TrustVerdicts(words, out).judge();
            } catch (Exception unread) { // a certificate that Java cannot read, sent or trusted
                out.println(words[0] + "\tall\t" + because(unread));
            }
        }
        out.flush();
    }

    private void judge() {
        say("server", verdict(() -> trustManager(), manager -> manager.checkServerTrusted(chain, "UNKNOWN")));
        say("client", verdict(() -> trustManager(), manager -> manager.checkClientTrusted(chain, "UNKNOWN")));
        if (key.length == 0) {
            return;
        }
        try {
            KeyManager[] keys = identity().getKeyManagers();
            TrustManager[] trust = trust().getTrustManagers();
            say("handshake", handshake(keys, trust, "TLSv1.3", "", false));
            for (String host : hosts) {
                say("host " + host, handshake(keys, trust, "TLSv1.3", host, false));
            }
            say("mutual", handshake(keys, trust, "TLSv1.3", "", true));
            say("mutual 1.2", handshake(keys, trust, "TLSv1.2", "", true));
        } catch (GeneralSecurityException unusable) {
            say("keystore", because(unusable));
        }
    }

    private void say(String question, String verdict) {
        out.println(name + "\t" + question + "\t" + verdict.replaceAll("\\s+", " "));
    }

    private static X509Certificate[] certificates(String words) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> found = new ArrayList<>();
        for (String word : words.isEmpty() ? new String[0] : words.split(",")) {
            byte[] data = Base64.getDecoder().decode(word);
            found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(data)));
        }
        return found.toArray(new X509Certificate[0]);
    }

    private static KeyStore storeOf(X509Certificate[] anchors) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < anchors.length; i++) {
            store.setCertificateEntry("ca" + i, anchors[i]);
        }
        return store;
    }

    private static KeyStore opened(String word, char[] password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(Base64.getDecoder().decode(word)), password);
        return store;
    }

    private TrustManagerFactory trust() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        if (seconds.isEmpty()) {
            factory.init(trusted);
        } else {
            factory.init(new CertPathTrustManagerParameters(asOf(new Date(Long.parseLong(seconds) * 1000))));
        }
        return factory;
    }

    private CertPathParameters asOf(Date moment) throws GeneralSecurityException {
        Set<TrustAnchor> anchors = new HashSet<>();
        for (String alias : Collections.list(trusted.aliases())) {
            anchors.add(new TrustAnchor((X509Certificate) trusted.getCertificate(alias), null));
        }
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
        parameters.setRevocationEnabled(false);
        parameters.setDate(moment);
        return parameters;
    }

    private X509TrustManager trustManager() throws Exception {
        return (X509TrustManager) trust().getTrustManagers()[0];
    }

    private interface Check {
        void of(X509TrustManager manager) throws Exception;
    }

    private static String verdict(Callable<X509TrustManager> manager, Check check) {
        try {
            check.of(manager.call());
            return "accepted";
        } catch (Exception refused) {
            return because(refused);
        }
    }

    private static String because(Throwable refused) {
        Throwable first = refused;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return "refused " + first.getClass().getSimpleName() + ": " + first.getMessage();
    }

    private KeyManagerFactory identity() throws GeneralSecurityException {
        // Unlike PKCS12, a JKS in memory takes any chain, also one in the wrong order.
        KeyStore store = KeyStore.getInstance("JKS");
        try {
            store.load(null, null);
        } catch (IOException impossible) {
            throw new KeyStoreException(impossible);
        }
        store.setKeyEntry("service", privateKey(), NO_PASSWORD, chain);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, NO_PASSWORD);
        return keys;
    }

    private Key privateKey() throws GeneralSecurityException {
        for (String kind : new String[] {"EC", "RSA", "Ed25519"}) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(key));
            } catch (InvalidKeySpecException other) {
                continue;
            }
        }
        // Of a curve that this Java does not know: any key will do, as it is refused for its certificate.
        return KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate();
    }

    /** A context of its own for each handshake, so that none resumes the session of another. */
    private static String handshake(
            KeyManager[] keys, TrustManager[] trust, String protocol, String host, boolean mutual) {
        try {
            SSLContext both = SSLContext.getInstance("TLS");
            both.init(keys, trust, null);
            SSLEngine client = host.isEmpty() ? both.createSSLEngine() : both.createSSLEngine(host, 443);
            SSLEngine server = both.createSSLEngine();
            client.setUseClientMode(true);
            server.setUseClientMode(false);
            server.setNeedClientAuth(mutual);
            for (SSLEngine side : new SSLEngine[] {client, server}) {
                side.setEnabledProtocols(new String[] {protocol});
            }
            if (!host.isEmpty()) {
                SSLParameters parameters = client.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                client.setSSLParameters(parameters);
            }
            return shaken(client, server);
        } catch (Exception refused) {
            return because(refused);
        }
    }

    /** Takes turns until both are done; the one that refuses tells why. */
    private static String shaken(SSLEngine client, SSLEngine server) throws IOException {
        ByteBuffer toServer = ByteBuffer.allocate(BUFFER);
        ByteBuffer toClient = ByteBuffer.allocate(BUFFER);
        for (int step = 0; step < STEPS; step++) {
            boolean moved = turn(client, "client", toClient, toServer) | turn(server, "server", toServer, toClient);
            if (!moved) {
                return done(client) && done(server) ? "accepted" : "refused: the handshake does not end";
            }
        }
        return "refused: the handshake does not end";
    }

    private static boolean done(SSLEngine side) {
        return side.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                && side.getSession().getCipherSuite().startsWith("TLS_");
    }

    private static boolean turn(SSLEngine side, String who, ByteBuffer from, ByteBuffer to) throws IOException {
        boolean moved = false;
        try {
            SCRATCH.clear();
            from.flip();
            while (from.hasRemaining()) {
                int before = from.remaining();
                side.unwrap(from, SCRATCH);
                work(side);
                moved |= from.remaining() < before;
                if (from.remaining() == before) {
                    break;
                }
            }
            from.compact();
            if (!done(side)) {
                int before = to.position();
                side.wrap(ByteBuffer.allocate(0), to);
                work(side);
                moved |= to.position() > before;
            }
        } catch (IOException refused) {
            throw new IOException(who, refused);
        }
        return moved;
    }

    private static void work(SSLEngine side) {
        for (Runnable task = side.getDelegatedTask(); task != null; task = side.getDelegatedTask()) {
            task.run();
        }
    }
}
