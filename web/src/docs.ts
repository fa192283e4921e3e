// Swagger UI on our own document; no validator badge, which would call another host.
interface SwaggerUi {
  (options: Record<string, unknown>): unknown;
}

declare const SwaggerUIBundle: SwaggerUi;

/** Keeps the class `dark-mode` in step with the system: Swagger UI's style sheet knows only it. */
function followSystemTheme(): void {
  const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
  const show = (): void => {
    document.documentElement.classList.toggle('dark-mode', prefersDark.matches);
  };
  prefersDark.addEventListener('change', show);
  show();
}

/** Focuses the sign-in with a password, the first in the dialog. Swagger UI focuses the last. */
function focusSignIn(event: Event): void {
  if (!(event.target instanceof Element) || !event.target.closest('.auth-wrapper .authorize'))
    return;
  window.setTimeout(() => document.getElementById('oauth_username')?.focus());
}

document.addEventListener('click', focusSignIn);
followSystemTheme();
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});

export {};
