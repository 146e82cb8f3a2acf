import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * A server and a client that shake hands over loopback, both with the same keystore, and say what each of them saw.
 *
 * <p>Arguments: keystore, alias, trust store, and the trust store of somebody else. Their passwords are in the
 * environment: KEYSTORE_PASSWORD and OTHER_PASSWORD. Each line on standard input asks for one thing, its words parted
 * by tabs; a line with the answer follows on standard output:
 *
 * <pre>
 * shake PROTOCOL HOST own|other identity|anonymous    client's verdict, server's verdict
 * sign ALIAS                                          verified or not
 * pair HOST KEYSTORE ALIAS TRUSTSTORE KEYSTORE ALIAS TRUSTSTORE    verdicts of a client and a server with stores of
 *                                                     their own, which all have KEYSTORE_PASSWORD
 * </pre>
 *
 * <p>For pairs alone there are no arguments.
 */
public final class MutualTls {
    private static final int TIMEOUT_MILLISECONDS = 20_000;
    private static final int GREETING = 'Z';

    private final KeyStore keystore;
    private final char[] password;
    private final String alias;
    private final KeyStore own;
    private final KeyStore other;

    private MutualTls(String[] arguments) throws Exception {
        password = System.getenv("KEYSTORE_PASSWORD").toCharArray();
        keystore = open(arguments[0], password);
        alias = arguments[1];
        own = open(arguments[2], password);
        other = open(arguments[3], System.getenv("OTHER_PASSWORD").toCharArray());
    }

    public static void main(String[] arguments) throws Exception {
        MutualTls sides = arguments.length == 0 ? null : new MutualTls(arguments);
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            String[] words = line.split("\t");
            if (words[0].equals("pair")) {
                System.out.println(pair(words));
            } else {
                System.out.println(words[0].equals("sign") ? sides.sign(words[1]) : sides.shake(words));
            }
        }
    }

    private static KeyStore open(String path, char[] password) throws Exception {
        return KeyStore.getInstance(new File(path), password);
    }

    /** RS256, as the gateway signs its tokens. */
    private String sign(String name) throws Exception {
        byte[] token = "header.claims".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign((PrivateKey) keystore.getKey(name, password));
        signature.update(token);
        byte[] signed = signature.sign();
        Certificate certificate = keystore.getCertificate(name);
        signature.initVerify(certificate.getPublicKey());
        signature.update(token);
        return signature.verify(signed) ? "verified" : "not verified";
    }

    private String shake(String[] words) throws Exception {
        String host = words[2];
        SSLContext serverSide = context(true, own);
        SSLContext clientSide = context(words[4].equals("identity"), words[3].equals("own") ? own : other);
        return shake(clientSide, serverSide, words[1], host);
    }

    private static String pair(String[] words) throws Exception {
        MutualTls client = new MutualTls(new String[] {words[2], words[3], words[4], words[4]});
        MutualTls server = new MutualTls(new String[] {words[5], words[6], words[7], words[7]});
        return shake(client.context(true, client.own), server.context(true, server.own), "TLSv1.3", words[1]);
    }

    private static String shake(SSLContext clientSide, SSLContext serverSide, String protocol, String host)
            throws Exception {
        ExecutorService beside = Executors.newSingleThreadExecutor();
        try (SSLServerSocket listening = listen(serverSide, protocol)) {
            Future<String> server = beside.submit(() -> verdict(() -> serve(listening)));
            String client = verdict(() -> connect(clientSide, host, listening.getLocalPort()));
            return client + "\t" + server.get();
        } finally {
            beside.shutdownNow();
        }
    }

    private static SSLServerSocket listen(SSLContext context, String protocol) throws IOException {
        SSLServerSocket listening =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 1, loopback());
        listening.setEnabledProtocols(new String[] {protocol});
        listening.setNeedClientAuth(true);
        listening.setSoTimeout(TIMEOUT_MILLISECONDS);
        return listening;
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private static String serve(SSLServerSocket listening) throws IOException {
        try (SSLSocket socket = (SSLSocket) listening.accept()) {
            socket.setSoTimeout(TIMEOUT_MILLISECONDS);
            socket.startHandshake();
            socket.getOutputStream().write(GREETING);
            return seen(socket);
        }
    }

    /** The host is never looked up: a plain connection to loopback carries the TLS that asks for it. */
    private static String connect(SSLContext context, String host, int port) throws IOException {
        Socket plain = new Socket(loopback(), port);
        plain.setSoTimeout(TIMEOUT_MILLISECONDS);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            String seen = seen(socket);
            // In TLS 1.3 a client learns only now whether the server took its certificate.
            if (socket.getInputStream().read() != GREETING) {
                throw new IOException("the server said nothing");
            }
            return seen;
        }
    }

    private static String seen(SSLSocket socket) throws IOException {
        Principal peer = socket.getSession().getPeerPrincipal();
        return "accepted " + socket.getSession().getProtocol() + " " + peer.getName();
    }

    private static String verdict(Callable<String> side) {
        try {
            return side.call();
        } catch (Exception refused) {
            Throwable first = refused;
            while (first.getCause() != null) {
                first = first.getCause();
            }
            return "refused " + first.getClass().getSimpleName() + ": " + first.getMessage();
        }
    }

    private SSLContext context(boolean withIdentity, KeyStore trusted) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        List<KeyManager> identity = new ArrayList<>();
        if (withIdentity) {
            KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
            keys.init(keystore, password);
            identity.add(new OneAlias((X509KeyManager) keys.getKeyManagers()[0], alias));
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(identity.toArray(new KeyManager[0]), trust.getTrustManagers(), null);
        return context;
    }

    /** Shows the certificate of one alias, as server.ssl.keyAlias of Zowe's services asks for it. */
    private static final class OneAlias extends X509ExtendedKeyManager {
        private final X509KeyManager keys;
        private final String alias;

        OneAlias(X509KeyManager keys, String alias) {
            this.keys = keys;
            this.alias = alias;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {alias};
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {alias};
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return alias;
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return keyType.equals(keys.getPrivateKey(alias).getAlgorithm()) ? alias : null;
        }

        @Override
        public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            return alias;
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return chooseServerAlias(keyType, issuers, null);
        }

        @Override
        public X509Certificate[] getCertificateChain(String name) {
            return keys.getCertificateChain(name);
        }

        @Override
        public PrivateKey getPrivateKey(String name) {
            return keys.getPrivateKey(name);
        }
    }
}
