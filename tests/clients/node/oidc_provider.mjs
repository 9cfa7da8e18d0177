// An OpenID Connect provider of another make, oidc-provider, with its own development pages.
// It is told once what client it has, and answers where it is.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

// Its notes are not answers.
console.log = console.info = console.warn = () => {};

// NODE_PATH is for require alone.
const found = createRequire(import.meta.url).resolve('oidc-provider');
const { Provider } = await import(pathToFileURL(found).href);

const person = (id) => ({
  accountId: id,
  claims: async () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: 'Mia Meyer' }),
});

async function serve({ client_id, client_secret, redirect_uri, algorithm }) {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id,
      client_secret,
      redirect_uris: [redirect_uri],
      token_endpoint_auth_method: 'client_secret_post',
      id_token_signed_response_alg: algorithm,
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['not-secret'] },
    findAccount: (_context, id) => person(id),
    pkce: { required: () => true },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'HS256'] },
    ...(await keysFor(algorithm)),
  });
  provider.proxy = false;
  server.on('request', provider.callback());
  return { issuer };
}

async function keysFor(algorithm) {
  if (algorithm === 'HS256') return { jwks: { keys: [] } };
  const { subtle } = globalThis.crypto;
  const kind = algorithm === 'ES256'
    ? { name: 'ECDSA', namedCurve: 'P-256' }
    : { name: algorithm === 'PS256' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', modulusLength: 2048,
        publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' };
  const { privateKey } = await subtle.generateKey(kind, true, ['sign', 'verify']);
  const jwk = await subtle.exportKey('jwk', privateKey);
  return { jwks: { keys: [{ ...jwk, key_ops: undefined, ext: undefined, use: 'sig', alg: algorithm, kid: 'one' }] } };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await serve(JSON.parse(line)))}\n`);
}
