// What makes forms easier where scripts run: showing a password, ticking off its rules, copying a key, sending a form once.

for (const button of document.querySelectorAll(".reveal-button")) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  button.hidden = false;
  button.addEventListener("click", () => {
    const isShown = input.type === "password";
    input.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
  });
  // Browsers and password managers are to find a password when it is sent.
  input.form?.addEventListener("submit", () => { input.type = "password"; });
}

for (const list of document.querySelectorAll(".rules")) {
  const input = list.closest(".field").querySelector("input");
  const rules = [...list.querySelectorAll("[data-pattern]")].map((rule) => [rule, new RegExp(rule.dataset.pattern)]);
  input.addEventListener("input", () => {
    for (const [rule, pattern] of rules) {
      const isMet = pattern.test(input.value);
      rule.classList.toggle("rule-met", isMet);
      rule.classList.toggle("passwordCheck-valid-customizable", isMet);
      rule.classList.toggle("rule-open", !isMet);
      rule.classList.remove("rule-unmet", "passwordCheck-notValid-customizable");
      rule.querySelector(".unseen")?.remove();
    }
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  // Only pages that came by TLS, or from this machine, may write to the clipboard.
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.done;
  });
}

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.isSent) event.preventDefault();
    form.dataset.isSent = "true";
    setTimeout(() => { delete form.dataset.isSent; }, 4000);
  });
}
