import { setTimeout as sleep } from 'node:timers/promises';
import { dockerEngine } from './docker-engine.ts';
import { runCommand } from './run-command.ts';

/** A container of the shared engine, without a network: it is asked from inside its own. */
export interface RunningImage {
  /** What it answers over HTTP; waits until it answers. Throws with what it said where it ends or stays silent. */
  answer(port: number, path?: string): Promise<string>;
  /** The exit status of the image's own health check, asked in the container. */
  checkHealth(): Promise<number>;
  /** What `docker inspect` says. */
  inspect(format: string): Promise<string>;
  /** Stops it as an operator does; its exit status. 137: it had to be killed. */
  stop(): Promise<number>;
  remove(): Promise<void>;
}

/** Starts what a `docker run` line says, but for the network, in the background. */
export async function runLine(line: string): Promise<RunningImage> {
  const words = line.replaceAll('\\\n', ' ').trim().split(/\s+/);
  const [program, verb, ...rest] = words;
  if (program !== 'docker' || verb !== 'run') throw new Error(`no docker run line: ${line}`);
  const engine = await dockerEngine();
  const args = rest.filter((word, index) => !(word === '--rm' || word === '--name' || rest[index - 1] === '--name'));
  const id = (await engine.docker(['run', '--detach', '--network', 'none', ...args])).trim();
  const inspect = async (format: string): Promise<string> =>
    (await engine.docker(['inspect', '--format', format, id])).trim();
  return {
    inspect,
    async answer(port, path = '/') {
      const pid = await inspect('{{.State.Pid}}');
      const url = `http://127.0.0.1:${port}${path}`;
      for (let tries = 0; tries < 240; tries++) {
        const answered = await runCommand('nsenter', [
          `--net=/proc/${pid}/ns/net`,
          'curl',
          '-sS',
          '-m',
          '10',
          url,
        ]).catch(() => undefined);
        if (answered !== undefined) return answered;
        if ((await inspect('{{.State.Running}}')) !== 'true') break;
        await sleep(250);
      }
      // Both of its outputs.
      const said = await runCommand('sh', ['-c', 'docker logs "$1" 2>&1', 'sh', id], {
        env: { DOCKER_HOST: engine.host },
      });
      throw new Error(`no answer at ${url}:\n${said}`);
    },
    async checkHealth() {
      const [kind, ...command] = JSON.parse(await inspect('{{json .Config.Healthcheck.Test}}')) as string[];
      if (kind !== 'CMD') throw new Error(`no health check in exec form: ${kind ?? 'none'}`);
      return engine.docker(['exec', id, ...command]).then(
        () => 0,
        (error: Error) => (error.cause as { code?: number }).code ?? -1,
      );
    },
    async stop() {
      await engine.docker(['stop', '--time', '10', id]);
      return Number(await inspect('{{.State.ExitCode}}'));
    },
    async remove() {
      await engine.docker(['rm', '--force', id]);
    },
  };
}
