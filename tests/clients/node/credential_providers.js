// The credential providers of AWS's SDK, told what to do: one JSON command a line on standard input, one JSON answer a line on standard output.
//
//   {"endpoint": …}                                        where everything is from now on
//   {"pool": {"identityPoolId": …, "logins": …}}           go on with what fromCognitoIdentityPool gives
//   {"web": {"roleArn": …, "webIdentityToken": …}}         go on with what fromWebToken gives
//   {"who": true}                                          who the credentials are of, and until when, asked of STS
//   {"users": "us-east-1_…"}                               the names of the users of a pool
//   {"groups": "us-east-1_…"}                              the names of its groups
//
// What is refused is answered with the error's name and message.

'use strict';

const readline = require('node:readline');
const { CognitoIdentityProvider } = require('@aws-sdk/client-cognito-identity-provider');
const { STS } = require('@aws-sdk/client-sts');
const { fromCognitoIdentityPool, fromWebToken } = require('@aws-sdk/credential-providers');

let clientConfig;
let credentials;

const signed = (Client) => new Client({ ...clientConfig, credentials });

const commands = {
  endpoint(endpoint) {
    clientConfig = { endpoint, region: 'us-east-1', maxAttempts: 1 };
    return {};
  },
  async pool({ identityPoolId, logins }) {
    credentials = fromCognitoIdentityPool({ identityPoolId, logins: logins ?? undefined, clientConfig });
    const { accessKeyId, identityId } = await credentials();
    return { accessKeyId, identityId };
  },
  async web({ roleArn, webIdentityToken }) {
    credentials = fromWebToken({ roleArn, webIdentityToken, roleSessionName: 'web', clientConfig });
    const { accessKeyId } = await credentials();
    return { accessKeyId };
  },
  async who() {
    const { Account, Arn, UserId } = await signed(STS).getCallerIdentity({});
    const { expiration } = await credentials();
    return { Account, Arn, UserId, seconds_left: (expiration - Date.now()) / 1000 };
  },
  async users(UserPoolId) {
    const { Users } = await signed(CognitoIdentityProvider).listUsers({ UserPoolId });
    return { names: Users.map((user) => user.Username) };
  },
  async groups(UserPoolId) {
    const { Groups } = await signed(CognitoIdentityProvider).listGroups({ UserPoolId });
    return { names: Groups.map((group) => group.GroupName) };
  },
};

async function obey(line) {
  const [[name, argument]] = Object.entries(JSON.parse(line));
  try {
    return await commands[name](argument);
  } catch (error) {
    return { error: error.name, message: error.message };
  }
}

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  process.stdout.write(`${JSON.stringify(await obey(line))}\n`);
});
