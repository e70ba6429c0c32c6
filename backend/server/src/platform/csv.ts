/** What spreadsheets take for a formula (OWASP, CSV injection), full-width forms included. */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

export const csvEnd = '\r\n';

/** A cell as RFC 4180 has it. One that a spreadsheet would run gets an apostrophe in front, and `escaped` says so. */
function csvCell(text: string): { readonly cell: string; readonly escaped: boolean } {
  const escaped = formula.test(text);
  return { cell: quoted(escaped ? `'${text}` : text), escaped };
}

/** A line of cells that anybody may have written, and last the names of those that were escaped. */
export function csvLine(cells: Readonly<Record<string, string>>): string {
  const safe = Object.entries(cells).map(([name, text]) => ({ name, ...csvCell(text) }));
  const escaped = safe.filter((one) => one.escaped).map(({ name }) => name);
  return [...safe.map(({ cell }) => cell), escaped.join(' ')].join(',');
}
