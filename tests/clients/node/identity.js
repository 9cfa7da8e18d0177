// amazon-cognito-identity-js, told what to do: one JSON command a line on standard input, one JSON answer a line on standard output.
//
//   {"make": {"UserPoolId": …, "ClientId": …, "endpoint": …}}            a pool; what devices it knows stays, as in a browser
//   {"user": "ada", "flow": "USER_SRP_AUTH"}                             another user object of that pool
//   {"call": "sendMFACode", "with": ["123456", "@callbacks"]}            a method of the user; the answer names the callback that came
//
// "@callbacks" is an object of callbacks, "@callback" one of Node's kind, {"@details": …} and {"@refresh": …} are the library's own records.

'use strict';

const readline = require('node:readline');
const identity = require('amazon-cognito-identity-js');

let pool;
let user;

function plain(value) {
  if (value instanceof Error) return { code: value.code ?? value.name, message: value.message };
  if (value instanceof identity.CognitoUserSession) {
    return {
      idToken: value.getIdToken().getJwtToken(),
      accessToken: value.getAccessToken().getJwtToken(),
      refreshToken: value.getRefreshToken().getToken(),
      isValid: value.isValid(),
    };
  }
  return value;
}

function answer(callback, values) {
  process.stdout.write(`${JSON.stringify({ callback, values: values.map((value) => plain(value) ?? null) })}\n`);
}

function given(argument) {
  if (argument === '@callbacks') {
    return new Proxy({}, { get: (_, name) => (...values) => answer(name, values) });
  }
  if (argument === '@callback') {
    return (error, ...values) => (error ? answer('onFailure', [error]) : answer('onSuccess', values));
  }
  if (argument?.['@details']) return new identity.AuthenticationDetails(argument['@details']);
  if (argument?.['@refresh']) return new identity.CognitoRefreshToken({ RefreshToken: argument['@refresh'] });
  return argument;
}

function obey(command) {
  if (command.make) {
    pool = new identity.CognitoUserPool(command.make);
    answer('made', []);
  } else if (command.user) {
    user = new identity.CognitoUser({ Username: command.user, Pool: pool });
    user.setAuthenticationFlowType(command.flow);
    answer('made', []);
  } else {
    user[command.call](...command.with.map(given));
  }
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  try {
    obey(JSON.parse(line));
  } catch (error) {
    answer('thrown', [error]);
  }
});
