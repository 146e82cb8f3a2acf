import java.io.File;
import java.net.Socket;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A client that calls servers and prints a line about each, as strict mode has it.
 *
 * <p>Arguments: host, port and trust store of each call. The password of all is in the environment:
 * TRUSTSTORE_PASSWORD.
 */
public final class TrustClient {
    private static final int TIMEOUT_MILLISECONDS = 20_000;

    private TrustClient() {}

    public static void main(String[] arguments) throws Exception {
        for (int at = 0; at < arguments.length; at += 3) {
            System.out.println(call(arguments[at], Integer.parseInt(arguments[at + 1]), arguments[at + 2]));
        }
    }

    private static String call(String host, int port, String path) throws Exception {
        char[] password = System.getenv("TRUSTSTORE_PASSWORD").toCharArray();
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(KeyStore.getInstance(new File(path), password));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        Socket plain = new Socket("127.0.0.1", port);
        plain.setSoTimeout(TIMEOUT_MILLISECONDS);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return "accepted " + socket.getSession().getPeerPrincipal().getName();
        } catch (javax.net.ssl.SSLException refused) {
            Throwable first = refused;
            while (first.getCause() != null) {
                first = first.getCause();
            }
            return "refused " + first.getMessage();
        }
    }
}
