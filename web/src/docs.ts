// Swagger UI on our own document; no validator badge, which would call another host.
interface SwaggerUi {
  (options: Record<string, unknown>): unknown;
}

declare const SwaggerUIBundle: SwaggerUi;

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});

export {};
