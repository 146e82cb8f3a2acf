import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.HexFormat;

/** Reads lines of a path, a type and a password with tabs between; prints what each store shows, a line an entry. */
public class ListStores {
    public static void main(String[] none) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] asked = line.split("\t", -1);
            try {
                list(out, asked[0], asked[1], asked[2].toCharArray());
            } catch (Exception error) {
                out.println("error\t" + asked[0] + "\t" + error.getMessage());
            }
        }
    }

    private static void list(PrintStream out, String path, String type, char[] password) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        try (InputStream file = new FileInputStream(path)) {
            store.load(file, password);
        }
        out.println("store\t" + path);
        for (String alias : Collections.list(store.aliases())) {
            if (store.containsAlias(alias)) { // JKS lists names in upper case and does not find them
                out.println(String.join("\t", "entry", path, alias, kind(store, alias)
                        + "\t" + opens(store, alias, password) + chain(store, alias)));
            }
        }
    }

    private static String kind(KeyStore store, String alias) throws GeneralSecurityException {
        if (store.isCertificateEntry(alias)) {
            return "trusted_certificate";
        }
        return store.getCertificateChain(alias) == null ? "secret_key" : "private_key";
    }

    private static boolean opens(KeyStore store, String alias, char[] password) {
        try {
            Key key = store.getKey(alias, password);
            return key instanceof PrivateKey;
        } catch (GeneralSecurityException error) {
            return false;
        }
    }

    private static String chain(KeyStore store, String alias) throws GeneralSecurityException {
        Certificate[] chain = store.getCertificateChain(alias);
        if (chain == null) {
            Certificate own = store.getCertificate(alias);
            chain = own == null ? new Certificate[0] : new Certificate[] {own};
        }
        StringBuilder prints = new StringBuilder();
        for (Certificate each : chain) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(each.getEncoded());
            prints.append('\t').append(HexFormat.of().formatHex(digest));
        }
        return prints.toString();
    }
}
