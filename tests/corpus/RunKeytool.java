import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;

/** Runs keytool for each line of options with tabs between, in one Java: the first that fails ends it. */
public class RunKeytool {
    public static void main(String[] none) throws Exception {
        Method keytool = Class.forName("sun.security.tools.keytool.Main").getMethod("main", String[].class);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            keytool.invoke(null, (Object) line.split("\t", -1));
        }
    }
}
