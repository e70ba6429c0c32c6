/** A folder on the way to where one looks: its name, and the prefix that opens it. */
export interface Step {
  readonly name: string;
  readonly prefix: string;
}

/** The folders from the top to a prefix; a part behind the last dot is a search inside the last one. */
export function stepsTo(prefix: string): { folders: Step[]; search: string } {
  const parts = prefix.split('.');
  const search = parts.pop() ?? '';
  const folders = parts.map((name, i) => ({ name, prefix: `${parts.slice(0, i + 1).join('.')}.` }));
  return { folders, search };
}

/** What of a key is not said by the folder it is shown in. */
export const nameIn = (key: string, folder: string): string =>
  key.startsWith(folder) ? key.slice(folder.length) : key;

/** The folder a key lies in. */
export const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('.') + 1);
