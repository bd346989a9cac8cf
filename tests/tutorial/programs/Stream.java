import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tutorial's Java publisher, written anew for the standard library alone: java Stream.java NEGOTIATE-URL.
 *
 * Each line of standard input becomes one message with an ack id and without dataType, its line end included.
 */
public class Stream {
    private static final Pattern URL = Pattern.compile("\"url\"\\s*:\\s*\"([^\"]+)\"");

    public static void main(String[] arguments) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest negotiate = HttpRequest.newBuilder(URI.create(arguments[0])).build();
        String answer = client.send(negotiate, HttpResponse.BodyHandlers.ofString()).body();
        Matcher url = URL.matcher(answer);
        if (!url.find()) {
            throw new IllegalStateException("no url in the answer of negotiate");
        }
        WebSocket socket = client.newWebSocketBuilder()
                .subprotocols("json.webpubsub.azure.v1")
                .buildAsync(URI.create(url.group(1)), new Printer())
                .join();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int ackId = 0;
        for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
            String frame = "{\"data\":" + quote(line + "\n") + ",\"ackId\":" + ++ackId
                    + ",\"type\":\"sendToGroup\",\"group\":\"stream\"}";
            socket.sendText(frame, true).join();
        }
    }

    /** A JSON string, escaped as Gson does it: for HTML too. */
    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char unit : text.toCharArray()) {
            boolean plain = unit >= 0x20 && "\"\\<>&='".indexOf(unit) < 0;
            quoted.append(plain ? String.valueOf(unit) : String.format("\\u%04x", (int) unit));
        }
        return quoted.append('"').toString();
    }

    private static class Printer implements WebSocket.Listener {
        @Override
        public void onOpen(WebSocket socket) {
            System.out.println("open " + socket.getSubprotocol());
            WebSocket.Listener.super.onOpen(socket);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            System.out.println("received " + data);
            return WebSocket.Listener.super.onText(socket, data, last);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            System.out.println("error " + error);
        }
    }
}
