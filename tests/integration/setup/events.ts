import { searchEvent, type SearchEvent } from '@jetstream-console/contract';

/** The events of an answer that is over, in their order. */
export const readEvents = (text: string): SearchEvent[] =>
  text
    .split('\n\n')
    .filter((block) => block.startsWith('data: '))
    .map((block) => searchEvent.parse(JSON.parse(block.slice('data: '.length))));
