// What Node says of servers, over loopback. Standard input holds one JSON list of
//   {"cert": PEM chain, "key": PEM, "ca": [PEM], "hosts": [NAME]}
// and standard output gets [its OpenSSL's version, a list of {"path": "ok" or why not, "hosts": ["ok" or why not]}], in
// the same order. A server that cannot use its key has the path null; its names are compared all the same, as "cert"
// alone is enough for that.

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import tls from "node:tls";

const LOOPBACK = "127.0.0.1";

const nameProblem = (host, certificate) => tls.checkServerIdentity(host, certificate)?.message ?? "ok";

// The servers use keys and signatures that are too weak for most clients: these are to say so, not the server.
const started = ({ cert, key }) =>
  new Promise((resolve) => {
    const server = tls.createServer({ cert, key, ciphers: "ALL:@SECLEVEL=0" });
    server.on("tlsClientError", () => {});
    server.on("secureConnection", (socket) => socket.on("error", () => {}).end());
    server.listen(0, LOOPBACK, () => resolve(server));
  });

const asked = ({ ca }, port) =>
  new Promise((resolve) => {
    const socket = tls.connect({ host: LOOPBACK, port, ca, rejectUnauthorized: false, checkServerIdentity: () => {} });
    socket.on("secureConnect", () => {
      resolve(socket.authorized ? "ok" : String(socket.authorizationError));
      socket.destroy();
    });
    socket.on("error", (error) => resolve(error.code ?? error.message));
  });

async function judged(scenario) {
  const certificate = new X509Certificate(scenario.cert).toLegacyObject();
  const hosts = scenario.hosts.map((host) => nameProblem(host, certificate));
  let server;
  try {
    server = await started(scenario);
  } catch {
    return { path: null, hosts };
  }
  const path = await asked(scenario, server.address().port);
  server.close();
  return { path, hosts };
}

const answers = [];
for (const scenario of JSON.parse(readFileSync(0, "utf8"))) {
  answers.push(await judged(scenario));
}
console.log(JSON.stringify([process.versions.openssl, answers]));
process.exit(0);
