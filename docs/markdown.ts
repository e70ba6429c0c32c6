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
