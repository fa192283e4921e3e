// ReDoc on our own document, with the system's fonts. It has no dark theme.
interface ReDoc {
  init(url: string, options: Record<string, unknown>, element: HTMLElement | null): void;
}

declare const Redoc: ReDoc;

const font = 'system-ui, sans-serif';
const code = { color: '#124a3b', backgroundColor: '#e1efe9' };
const options = {
  hideDownloadButton: false,
  theme: { typography: { fontFamily: font, headings: { fontFamily: font }, code } },
};
Redoc.init('/openapi.json', options, document.getElementById('docs'));

export {};
