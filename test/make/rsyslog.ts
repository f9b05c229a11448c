import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './registry.ts';

const program = '/usr/sbin/rsyslogd';

export function noRsyslogReason(): string | undefined {
  return existsSync(program) ? undefined : 'rsyslog is not installed';
}

/** A real rsyslog on loopback that takes TCP and keeps the messages as they came, one a line. */
export interface Rsyslog {
  readonly port: number;
  /** Messages so far. */
  lines(): readonly string[];
  stop(): Promise<void>;
}

export async function startRsyslog(folder: string): Promise<Rsyslog> {
  const port = await freePort();
  const [configuration, messages] = [join(folder, 'rsyslog.conf'), join(folder, 'messages')];
  writeFileSync(messages, '');
  writeFileSync(
    configuration,
    `global(workDirectory="${folder}" maxMessageSize="128k")
module(load="imtcp")
template(name="whole" type="list") { property(name="rawmsg") constant(value="\\n") }
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="keep")
ruleset(name="keep") { action(type="omfile" file="${messages}" template="whole") }
`,
  );
  const child: ChildProcess = spawn(program, ['-n', '-f', configuration, '-i', join(folder, 'rsyslog.pid')], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (child.exitCode === null && !(await isListening(port))) await sleep(50);
  if (child.exitCode !== null) throw new Error(`rsyslogd ended with ${child.exitCode}`);
  return {
    port,
    lines: () => readFileSync(messages, 'utf8').split('\n').slice(0, -1),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
