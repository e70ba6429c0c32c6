/** Longer than any name that a person gives. */
const longest = 200;

/**
 * What a client said of itself, safe to show: characters that nobody sees could turn the text around or hide a part of
 * it, and a name of many kilobytes would push everything else out of sight.
 */
export function tame(text: string, most = longest): string {
  const seen = text.slice(0, most).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return text.length > most ? `${seen}…` : seen;
}
export const tameOr = (text: string | undefined): string | null =>
  text === undefined || text === '' ? null : tame(text);
