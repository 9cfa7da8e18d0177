// Passkeys: what the page asks the browser's authenticators, and the way their answer takes into the form.

const canPasskey = Boolean(window.isSecureContext && window.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials);

function show(name) {
  for (const element of document.querySelectorAll(`[${name}]`)) element.hidden = false;
}

function hide(name) {
  for (const element of document.querySelectorAll(`[${name}]`)) element.hidden = true;
}

async function made(input) {
  const options = JSON.parse(input.dataset.options);
  if (input.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

hide("data-without-scripts");
if (canPasskey) {
  for (const input of document.querySelectorAll("[data-if-passkeys]")) input.disabled = false;
  show("data-passkeys-only");
} else {
  show("data-passkeys-missing");
}

for (const input of canPasskey ? document.querySelectorAll("[data-passkey]") : []) {
  const form = input.form;
  let isAsking = false;
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    hide("data-passkeys-failed");
    try {
      input.value = JSON.stringify(await made(input));
      form.submit();
    } catch {
      // The person said no, took too long, or has none: the authenticator does not tell which.
      show("data-passkeys-failed");
    } finally {
      isAsking = false;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  // Signing in is what the page is for; a passkey is made when somebody presses the button.
  if (input.dataset.passkey === "get") ask();
}
