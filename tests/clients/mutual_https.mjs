// An HTTPS server and its clients, both with certificates, over loopback. Standard input holds one JSON object:
//   {"server": IDENTITY, "attempts": [{"host": NAME, "identity": IDENTITY or null, "ca": PEM or null}]}
// with IDENTITY = {"pfx": FILE, "passphrase": TEXT} or {"cert": FILE, "key": FILE}, and "ca" among them.
// Standard output gets a JSON object for each attempt: what the client and what the server saw.

import { readFileSync } from "node:fs";
import https from "node:https";
import net from "node:net";
import tls from "node:tls";

const LOOPBACK = "127.0.0.1";

const read = ({ ca, ...identity }) => ({
  ...Object.fromEntries(
    Object.entries(identity ?? {}).map(([name, value]) => [name, name === "passphrase" ? value : readFileSync(value)]),
  ),
  ...(ca ? { ca: readFileSync(ca) } : {}),
});

const asked = JSON.parse(readFileSync(0, "utf8"));

function attempt({ host, identity, ca }, port, seen) {
  return new Promise((resolve) => {
    const done = (client) => seen.then((server) => resolve({ client, server }));
    // The host is never looked up: a plain connection to loopback carries the TLS that asks for it.
    const createConnection = () =>
      tls.connect({
        ...read({ ...identity, ca }),
        host,
        servername: net.isIP(host) ? "" : host,
        socket: net.connect(port, LOOPBACK),
      });
    https
      .get({ host, path: "/", createConnection }, (response) => {
        const { socket } = response;
        const client = { protocol: socket.getProtocol(), peer: socket.getPeerCertificate().subject.CN };
        response.resume().on("end", () => done(client));
      })
      .on("error", (error) => done({ refused: error.code }));
  });
}

for (const wanted of asked.attempts) {
  const server = https.createServer({ ...read(asked.server), requestCert: true, rejectUnauthorized: true });
  const seen = new Promise((resolve) => {
    server.on("request", (request, response) => {
      resolve({ authorized: request.socket.authorized, peer: request.socket.getPeerCertificate().subject.CN });
      response.setHeader("connection", "close").end("hello");
    });
    server.on("tlsClientError", (error) => resolve({ refused: error.code }));
    server.on("connection", (socket) => socket.on("close", () => resolve({ refused: "closed" })));
  });
  await new Promise((resolve) => server.listen(0, LOOPBACK, resolve));
  console.log(JSON.stringify(await attempt(wanted, server.address().port, seen)));
  await new Promise((resolve) => server.close(resolve));
}
