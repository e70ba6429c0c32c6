/** The one consumer that a page is about, as routes name it. */
export interface AboutConsumer {
  readonly clusterId: string;
  readonly stream: string;
  readonly consumer: string;
}
