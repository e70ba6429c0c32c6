import { Advice } from '../engines';

interface Bounds {
  readonly usual: number;
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

/** How large a bench is, where a variable says so; the bounds keep a slip of the finger from filling the disk. */
export function sizeFrom(variable: string, { usual, least, most, step }: Bounds): number {
  const text = process.env[variable];
  if (text === undefined || text === '') return usual;
  const size = Number(text);
  if (!Number.isInteger(size) || size < least || size > most || size % step !== 0)
    throw new Advice(`${variable} is "${text}". Give a multiple of ${step} from ${least} to ${most}.`);
  return size;
}
