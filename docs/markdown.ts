/** Without code: what looks like a link in an example is none. */
const prose = (page: string): string => page.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');

/** Links and images of a page that lead to something in this repository. */
export const linksIn = (page: string): string[] =>
  [...prose(page).matchAll(/\]\(\s*<?([^)>\s]+)>?[^)]*\)|<img[^>]+src="([^"]+)"/g)]
    .map(([, link, image]) => link ?? image ?? '')
    .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link));

/** Anchors of a page's headings, made as GitHub makes them. */
export const anchorsIn = (page: string): string[] =>
  [...page.replace(/^```.*?^```/gms, '').matchAll(/^#{1,6}\s+(.+?)\s*$/gm)].map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );

export interface Example {
  readonly request: unknown;
  /** what stands behind it before the next request; null where the page shows none */
  readonly answer: unknown;
}

/** Requests of a page with their answers: blocks marked `json request` and `json answer`. */
export function examplesIn(page: string): Example[] {
  const examples: { request: unknown; answer: unknown }[] = [];
  for (const [, kind, text = ''] of page.matchAll(/^```json (request|answer)\n(.*?)^```$/gms)) {
    const value: unknown = JSON.parse(text);
    const last = examples.at(-1);
    if (kind === 'request') examples.push({ request: value, answer: null });
    else if (last) last.answer = value;
  }
  return examples;
}
