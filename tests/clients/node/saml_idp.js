// samlify as an identity provider, told what to do: one JSON command a line on standard input, one JSON answer a line on standard output.
//
//   {"make": {"idp": {…}, "sp": {…}}, "now": 1782907200000}    the two parties, by samlify's own settings, and what time it is
//   {"read": "LoginRequest", "request": {…}}                   a message of the service provider, verified; what it says
//   {"respond": {"name": …, "options": {…}}}                   a Response to the request that was read last, or to none: base64
//   {"logOut": {"name": …}}                                    a LogoutRequest by redirect: the address
//   {"answerLogout": "RelayState"}                             a LogoutResponse to the request that was read last: the address

'use strict';

const readline = require('node:readline');
const samlify = require('samlify');

const RealDate = Date;
const STATEMENT =
  '<saml:AuthnStatement AuthnInstant="{IssueInstant}" SessionIndex="_samlify"><saml:AuthnContext><saml:AuthnContextClassRef>' +
  'urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>';
const ATTRIBUTES =
  '<saml:AttributeStatement><saml:Attribute Name="mail"><saml:AttributeValue xsi:type="xs:string">{NameID}</saml:AttributeValue>' +
  '</saml:Attribute></saml:AttributeStatement>';

let idp;
let sp;
let last = null;

samlify.setSchemaValidator({ validate: () => Promise.resolve('the messages are ours') });

function setClock(now) {
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      super(...(given.length ? given : [now]));
    }

    static now() {
      return now;
    }
  };
}

function filled(name) {
  const now = new Date();
  const later = new Date(now.getTime() + 300000).toISOString();
  const acs = sp.entityMeta.getAssertionConsumerService('post');
  const tags = {
    ID: `_${Math.random().toString(36).slice(2)}`,
    AssertionID: `_${Math.random().toString(36).slice(2)}`,
    Destination: acs,
    SubjectRecipient: acs,
    Audience: sp.entityMeta.getEntityID(),
    Issuer: idp.entityMeta.getEntityID(),
    IssueInstant: now.toISOString(),
    ConditionsNotBefore: now.toISOString(),
    ConditionsNotOnOrAfter: later,
    SubjectConfirmationDataNotOnOrAfter: later,
    StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
    NameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    NameID: name,
    InResponseTo: last ? last.request.id : undefined,
  };
  return (template) => {
    const whole = template.replace('{AuthnStatement}', STATEMENT).replace('{AttributeStatement}', ATTRIBUTES);
    return { id: tags.ID, context: samlify.SamlLib.replaceTagsByValue(whole, tags) };
  };
}

async function obey(command) {
  if (command.make) {
    setClock(command.now);
    idp = samlify.IdentityProvider(command.make.idp);
    sp = samlify.ServiceProvider(command.make.sp);
    last = null;
    return {};
  }
  if (command.read) {
    const read = await idp[`parse${command.read}`](sp, 'redirect', command.request);
    last = read.extract;
    return read.extract;
  }
  if (command.respond) {
    const options = { ...command.respond.options, customTagReplacement: filled(command.respond.name) };
    const made = await idp.createLoginResponse(sp, { extract: last }, 'post', { email: command.respond.name }, options);
    return made.context;
  }
  if (command.logOut) {
    return idp.createLogoutRequest(sp, 'redirect', { logoutNameID: command.logOut.name, sessionIndex: '_samlify' }, {}).context;
  }
  return idp.createLogoutResponse(sp, { extract: last }, 'redirect', { relayState: command.answerLogout }).context;
}

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  let answer;
  try {
    answer = { done: await obey(JSON.parse(line)) };
  } catch (error) {
    answer = { failed: String(error?.stack ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
