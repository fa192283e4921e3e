// ReDoc on our own document, with the system's fonts.
interface ReDoc {
  init(url: string, options: Record<string, unknown>, element: HTMLElement | null): void;
}

declare const Redoc: ReDoc;

const font = 'system-ui, sans-serif';
const options = {
  hideDownloadButton: false,
  theme: { typography: { fontFamily: font, headings: { fontFamily: font } } },
};
Redoc.init('/openapi.json', options, document.getElementById('docs'));

export {};
