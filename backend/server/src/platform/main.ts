import { ConfigError, readConfig, type Config } from './config';
import { makeLog, type Logger } from './log';

/** Starts a server, and stops it once by SIGTERM or SIGINT. A configuration fault is shown as text, not as a stack. */
export async function runMain(
  name: string,
  start: (config: Config, log: Logger) => Promise<{ stop(): Promise<void> }>,
): Promise<void> {
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    return;
  }
  const log = makeLog(config, name);
  try {
    const running = await start(config, log);
    let stopped = false;
    const stop = () => {
      if (stopped) return;
      stopped = true;
      log.info('stopping');
      running.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'the stop failed');
          process.exit(1);
        },
      );
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
  } catch (error) {
    log.fatal({ err: error }, `${name} could not start`);
    process.exit(1);
  }
}
