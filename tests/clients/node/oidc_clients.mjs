// openid-client and oauth4webapi, told what to do: one JSON command a line on standard input, one JSON answer a line on standard output.
//
//   {"begin": {library, issuer, client_id, client_secret, redirect_uri, scope, auth}}   where the browser goes to sign in
//   {"finish": url}        the tokens, for the address to which the browser was sent back
//   {"refresh": true}      new tokens        {"user_info": true}     {"revoke": true}
//   {"logout": {…}}        where the browser goes to sign out
//   {"begin_device": {…}}  openid-client only: what a device shows       {"finish_device": true}  its tokens, once somebody has agreed
//
// With `par` and `dpop`, openid-client pushes its request and binds its tokens to a key.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

// NODE_PATH is for require alone.
const require = createRequire(import.meta.url);
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

function ofTokens({ access_token, refresh_token, id_token, expires_in, token_type, scope }, claims) {
  return { access_token, refresh_token, id_token, expires_in, token_type, scope, claims };
}

async function openidClient({ issuer, client_id, client_secret, redirect_uri, scope, auth, par, dpop }) {
  const client = await load('openid-client');
  const proof = { none: client.None, basic: client.ClientSecretBasic, post: client.ClientSecretPost }[auth](client_secret);
  const config = await client.discovery(new URL(issuer), client_id, client_secret ?? undefined, proof, {
    execute: [client.allowInsecureRequests],
  });
  const [pkceCodeVerifier, expectedState, expectedNonce] = [
    client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce(),
  ];
  const options = dpop ? { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair()) } : undefined;
  let tokens;
  let device;
  return {
    async begin() {
      const parameters = {
        redirect_uri,
        scope,
        state: expectedState,
        nonce: expectedNonce,
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      };
      const url = par
        ? await client.buildAuthorizationUrlWithPAR(config, parameters, options)
        : client.buildAuthorizationUrl(config, parameters);
      return url.href;
    },
    async finish(url) {
      const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
      tokens = await client.authorizationCodeGrant(config, new URL(url), checks, undefined, options);
      return ofTokens(tokens, tokens.claims());
    },
    async refresh() {
      const fresh = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, options);
      return ofTokens(fresh, fresh.claims());
    },
    user_info: () => client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, options),
    revoke: async () => (await client.tokenRevocation(config, tokens.refresh_token)) ?? null,
    async begin_device() {
      device = await client.initiateDeviceAuthorization(config, { scope });
      return device;
    },
    async finish_device() {
      tokens = await client.pollDeviceAuthorizationGrant(config, device, undefined, options);
      return ofTokens(tokens, tokens.claims());
    },
    logout: async (parameters) => client.buildEndSessionUrl(config, { ...parameters, ...hint(parameters, tokens) }).href,
  };
}

async function oauth4webapi({ issuer, client_id, client_secret, redirect_uri, scope, auth }) {
  const oauth = await load('oauth4webapi');
  const insecure = { [oauth.allowInsecureRequests]: true };
  const proof = { none: oauth.None, basic: oauth.ClientSecretBasic, post: oauth.ClientSecretPost }[auth](client_secret);
  const found = await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oidc', ...insecure });
  const server = await oauth.processDiscoveryResponse(new URL(issuer), found);
  const client = { client_id };
  const [verifier, state, nonce] = [
    oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce(),
  ];
  let tokens;
  const claims = (result) => oauth.getValidatedIdTokenClaims(result);
  return {
    async begin() {
      const url = new URL(server.authorization_endpoint);
      url.search = new URLSearchParams({
        client_id, redirect_uri, scope, state, nonce,
        response_type: 'code',
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return url.href;
    },
    async finish(url) {
      const answer = oauth.validateAuthResponse(server, client, new URL(url), state);
      const reply = await oauth.authorizationCodeGrantRequest(server, client, proof, answer, redirect_uri, verifier, insecure);
      tokens = await oauth.processAuthorizationCodeResponse(server, client, reply, { expectedNonce: nonce, requireIdToken: true });
      await oauth.validateApplicationLevelSignature(server, reply, insecure);
      return ofTokens(tokens, claims(tokens));
    },
    async refresh() {
      const reply = await oauth.refreshTokenGrantRequest(server, client, proof, tokens.refresh_token, insecure);
      const fresh = await oauth.processRefreshTokenResponse(server, client, reply);
      return ofTokens(fresh, claims(fresh));
    },
    async user_info() {
      const reply = await oauth.userInfoRequest(server, client, tokens.access_token, insecure);
      return oauth.processUserInfoResponse(server, client, claims(tokens).sub, reply);
    },
    async revoke() {
      const reply = await oauth.revocationRequest(server, client, proof, tokens.refresh_token, insecure);
      await oauth.processRevocationResponse(reply);
      return null;
    },
    async logout(parameters) {
      const url = new URL(server.end_session_endpoint);
      url.search = new URLSearchParams({ client_id, ...parameters, ...hint(parameters, tokens) });
      return url.href;
    },
  };
}

function hint(parameters, tokens) {
  return 'post_logout_redirect_uri' in parameters ? { id_token_hint: tokens.id_token } : {};
}

function told(error) {
  return { error: error.error ?? error.cause?.error ?? error.code ?? error.name, message: error.message, status: error.status };
}

let app;

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  let answer;
  try {
    const [name] = Object.keys(command);
    if (command[name].library) {
      app = await { 'openid-client': openidClient, oauth4webapi }[command[name].library](command[name]);
    }
    answer = await app[name](command[name]);
  } catch (error) {
    answer = told(error);
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
